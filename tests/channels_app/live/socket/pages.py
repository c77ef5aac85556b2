"""Pages that listen, and what they were told."""

from collections.abc import Sequence
from typing import Any

from tests.live import Frame, Socket
from tests.product import Product

MINT_EARLIER = """
import time
from unittest import mock
from accounts import tokens
from accounts.models import User
with mock.patch("django.core.signing.time.time", return_value=time.time() - {seconds}):
    print(tokens.mint_for_user(User.objects.get(username={name!r})))
"""


def cursors(frames: Sequence[Frame]) -> list[int]:
    """Where each frame stands."""
    return [frame["cursor"] for frame in frames]


def bearer(installation: Product, token: str, **options: Any) -> Socket:
    """A page that shows a token."""
    return Socket(installation.live_url, token=token, **options)


def token_minted_earlier(installation: Product, username: str, seconds: float) -> str:
    """A user token that is so old."""
    return installation.manage("shell", "-v0", "-c", MINT_EARLIER.format(seconds=seconds, name=username)).split()[-1]
