"""What the tests of the admin share."""

import pytest
from django.test import Client

from accounts.models import User
from notifcenter.models import Provider
from tests.people import PASSWORD


@pytest.fixture
def staff() -> Client:
    """Somebody who may everything, signed in."""
    User.objects.create_superuser("boss", "boss@example.com", PASSWORD, language="en")
    client = Client()
    assert client.login(username="boss", password=PASSWORD)
    return client


@pytest.fixture
def telephony() -> Provider:
    """Who publishes."""
    return Provider.objects.create(code="phones", name="Phones")
