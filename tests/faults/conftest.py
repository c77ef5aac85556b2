"""What the tests of faults share."""

from datetime import datetime

import pytest
from django.utils import timezone

from accounts.models import User
from notifcenter.models import Delivery, Kind, Provider
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.publish import publish


@pytest.fixture
def now() -> datetime:
    """One moment for the whole test."""
    return timezone.now()


@pytest.fixture
def row(db: None, now: datetime) -> Delivery:
    """A mail that is due."""
    provider = Provider.objects.create(code="leases", name="Leases")
    person = User.objects.create(username="leaser", email="leaser@example.com")
    publish([Publication(provider, Kind.MESSAGE, "x", {person.pk: True})], now=now)
    return Delivery.objects.get(user=person, channel="email")
