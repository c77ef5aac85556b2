"""Pushes of what changes: the same tag and Topic, and closed where it was withdrawn."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Device
from channels_app.delivery.closings import Closings
from channels_app.models import ClosingPush
from notifcenter.inbox.receipts import Receipts
from notifcenter.models import Delivery
from notifcenter.publishing import withdrawal

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_renewal_is_pushed_under_the_same_tag_and_topic(tell, subscribe, pushes, people, service):
    subscription = subscribe(people[0])
    tell("First")
    pushes.drain()
    tell("Second", renew=True)
    pushes.drain()
    first, second = service.of(subscription)
    assert (first.payload["tag"], first.topic) == (second.payload["tag"], second.topic)
    assert (first.payload["body"], second.payload["body"]) == ("First", "Second")


def test_a_renewal_is_pushed_to_a_device_that_came_since_and_its_receipt_says_so(
    tell, subscribe, pushes, people, service
):
    published = tell("First")
    subscription = subscribe(people[0])
    tell("Second", renew=True)
    pushes.drain()
    assert [push.payload["body"] for push in service.of(subscription)] == ["Second"]
    rows = [each.delivery for each in Receipts(published.pk, people[0].pk).page(limit=10)]
    assert [(row.channel, row.state) for row in rows if row.channel == "browser"] == [("browser", "sent")]


def test_an_update_pushes_nothing_anew(tell, subscribe, pushes, people, service):
    subscription = subscribe(people[0])
    tell("First")
    pushes.drain()
    tell("Second")
    pushes.drain()
    assert len(service.of(subscription)) == 1


def test_a_withdrawn_one_is_closed_on_the_devices_that_got_it(tell, subscribe, pushes, people, service):
    got, other = subscribe(people[0]), subscribe(people[1])
    published = tell("x")
    pushes.drain()
    Delivery.objects.filter(channel="browser", user=people[1]).update(state="failed", reason="x")
    withdrawal.withdraw(published.pk, now=timezone.now())
    assert Closings().drain() == 1
    shown, closed = service.of(got)
    assert closed.payload == {"id": str(published.pk), "tag": str(published.pk), "closed": True}
    assert (closed.ttl, closed.topic) == (60, shown.topic)
    assert len(service.of(other)) == 1


def test_a_push_that_has_not_left_never_does(tell, subscribe, pushes, people, service):
    subscription = subscribe(people[0])
    published = tell("x")
    withdrawal.withdraw(published.pk, now=timezone.now())
    assert pushes.drain() + Closings().drain() == 0
    assert service.of(subscription) == []


def test_at_most_five_a_day_and_device_are_closed(tell, subscribe, pushes, people):
    subscribe(people[0])
    published = [tell("x", key=f"k{number}") for number in range(7)]
    pushes.drain()
    for one in published:
        withdrawal.withdraw(one.pk, now=timezone.now())
    assert ClosingPush.objects.count() == 5
    ClosingPush.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    another = tell("y")
    pushes.drain()
    withdrawal.withdraw(another.pk, now=timezone.now())
    assert ClosingPush.objects.count() == 6


def test_apples_service_gets_none(tell, subscribe, pushes, people):
    subscribe(people[0])
    published = tell("x")
    pushes.drain()
    Device.objects.update(address="https://web.push.apple.com/abc")
    withdrawal.withdraw(published.pk, now=timezone.now())
    assert not ClosingPush.objects.exists()


def test_after_a_minute_it_is_in_vain(tell, subscribe, pushes, people, service):
    subscription = subscribe(people[0])
    published = tell("x")
    pushes.drain()
    withdrawal.withdraw(published.pk, now=timezone.now())
    assert Closings(clock=lambda: timezone.now() + timedelta(minutes=2)).drain() == 0
    assert [row.state for row in ClosingPush.objects.all()] == ["expired"]
    assert len(service.of(subscription)) == 1
