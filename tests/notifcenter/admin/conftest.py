"""What the tests of the admin share."""

import pytest
from django.test import Client

from accounts.models import User
from notifcenter.models import Provider


@pytest.fixture
def staff() -> Client:
    """Somebody who may everything, signed in."""
    boss = User.objects.create_superuser("boss", "boss@example.com", language="en")
    client = Client()
    client.force_login(boss)
    return client


@pytest.fixture
def telephony() -> Provider:
    """Who publishes."""
    return Provider.objects.create(code="phones", name="Phones")
