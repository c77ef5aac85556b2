"""Demo data is never sent, and nothing else is touched by it."""

import pytest
from django.utils import timezone

from accounts.models import User
from channels_app import demo
from notifcenter.models import Delivery, Provider
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.publish import publish

pytestmark = pytest.mark.django_db


def test_what_waited_before_the_demo_data_came_still_waits():
    provider = Provider.objects.create(code="own", name="Own")
    olga = User.objects.create(username="olga", email="olga@example.com")
    publish([Publication(provider, "message", "x", {olga.pk: True})], now=timezone.now())
    demo.seed()
    waiting = Delivery.objects.filter(state="pending")
    assert [(row.user_id, row.channel) for row in waiting] == [(olga.pk, "email")]
    assert Delivery.objects.filter(reason="demo", channel="email").count() == 6
