"""What every queue does with rows whose sending does not go as it should."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from channels_app.delivery import compose
from channels_app.delivery.deliver import Deliveries
from channels_app.queue import leases
from notifcenter.channel import channel_named
from notifcenter.models import Delivery, Provider
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.publish import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue():
    return Deliveries(channel_named("email"))


@pytest.fixture
def rows(db):
    """Two mails that are due, the first of them to somebody called bad."""
    provider = Provider.objects.create(code="queue", name="Queue")
    for name in ("bad", "good"):
        person = User.objects.create(username=name, email=f"{name}@example.com")
        publish([Publication(provider, "message", "x", {person.pk: True})], now=timezone.now())
    return Delivery.objects.filter(channel="email").order_by("id")


def test_a_row_of_which_its_channel_says_nothing_is_not_sent_in_a_loop(queue, rows, monkeypatch):
    calls = iter(range(3))

    def forgetful(_self, parcels):
        next(calls)  # a fourth round ends the test
        return iter([(parcel, None) for parcel in parcels if parcel.address.value.startswith("good")])

    monkeypatch.setattr(type(queue.channel), "send_all", forgetful)
    assert queue.drain() == 1
    bad, good = rows.all()
    assert (good.state, bad.state, bad.attempts) == ("sent", "pending", 1)
    assert bad.due_at > timezone.now() + timedelta(seconds=5)


def test_what_is_not_sent_when_the_process_is_told_to_stop_is_handed_back_untried(queue, rows, monkeypatch):
    def stopped(_self, parcels):
        leases.stopping.set()
        return iter([(parcel, None) for parcel in parcels])

    monkeypatch.setattr(type(queue.channel), "send_all", stopped)
    try:
        assert queue.drain() == 0
    finally:
        leases.stopping.clear()
    assert {(row.state, row.attempts, row.leased_until) for row in rows.all()} == {("pending", 0, None)}
    assert all(row.due_at <= timezone.now() for row in rows.all())


def test_a_row_that_cannot_be_made_ready_holds_up_no_other(queue, rows, monkeypatch, mailoutbox):
    whole = compose.compose

    def broken(row):
        if row.user.username == "bad":
            raise ValueError("this one is broken")
        return whole(row)

    monkeypatch.setattr(compose, "compose", broken)
    assert queue.drain() == 1
    bad, good = rows.all()
    assert (good.state, bad.state, bad.reason) == ("sent", "pending", "ValueError: this one is broken")
    assert [mail.to for mail in mailoutbox] == [["good@example.com"]]
