"""People and providers that the tests of what people choose share."""

import pytest

from accounts.models import User
from notifcenter.models import SELF, Provider


@pytest.fixture
def anna(db: None) -> User:
    """A reader in Moscow."""
    return User.objects.create(username="anna", email="anna@example.com", timezone="Europe/Moscow")


@pytest.fixture
def telephony(db: None) -> Provider:
    """Who publishes."""
    return Provider.objects.create(code="telephony", name="Telephony")


@pytest.fixture
def own(db: None) -> Provider:
    """The provider of one's own notifications."""
    return Provider.objects.get_or_create(code=SELF, defaults={"name": "Own"})[0]
