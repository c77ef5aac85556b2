"""What the tests of Web Push share."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts import vapid
from accounts.models import User
from tests.fakes.push import PushService


@pytest.fixture
def service(settings: Any) -> Iterator[PushService]:
    """A push service on this machine."""
    settings.PUSH_ALLOW_INSECURE_ENDPOINTS = True
    running = PushService(key=vapid.public_key()).start()
    yield running
    running.stop()


@pytest.fixture
def anna() -> User:
    """Whose devices they are."""
    return User.objects.create(username="anna")
