"""Pages that listen, and what they were told."""

from collections.abc import Sequence
from typing import Any

from tests.live import Frame, Socket
from tests.product import Product


def cursors(frames: Sequence[Frame]) -> list[int]:
    """Where each frame stands."""
    return [frame["cursor"] for frame in frames]


def bearer(installation: Product, token: str, **options: Any) -> Socket:
    """A page that shows a token."""
    return Socket(installation.live_url, token=token, **options)
