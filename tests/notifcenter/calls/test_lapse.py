"""A call that rings without end is missed after two minutes, told then by mail, and survives a crash."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from channels_app.delivery.deliver import Deliveries
from channels_app.queue.queue import queue_named
from notifcenter.calls import events
from notifcenter.calls.events import CallEvent
from notifcenter.channel import channel_named
from notifcenter.models import CallState, Delivery, Inbox, InboxItem, Provider

pytestmark = pytest.mark.django_db
RINGING, MISSED, ANSWERED = CallState.RINGING, CallState.MISSED, CallState.ANSWERED


@pytest.fixture
def anna() -> User:
    return User.objects.create(username="anna-calls", email="anna-calls@example.com")


@pytest.fixture
def receive(anna):
    """Takes an event of the one call at a moment; gives the state."""
    provider = Provider.objects.create(code="exchange", name="Exchange")

    def take(state: CallState, now: datetime, **fields):
        event = CallEvent("call-1", state, {"from": "+79991234567"} | fields, {anna.pk: True}, [anna.pk])
        return events.receive(provider, event, now=now).state

    return take


def drained(now: datetime) -> int:
    queue = queue_named("ringing")
    queue.clock = lambda: now
    return queue.drain()


def state() -> str:
    return InboxItem.objects.get().notification.details["call"]["state"]


def test_ringing_becomes_missed_after_two_minutes_and_not_before(receive, anna) -> None:
    now = timezone.now()
    receive(RINGING, now)
    InboxItem.objects.update(read_at=now)
    Inbox.objects.update(unread=0)
    assert drained(now + timedelta(seconds=119)) == 0
    assert state() == "ringing"
    assert drained(now + timedelta(seconds=120)) == 1
    assert state() == "missed"
    assert (InboxItem.objects.get().read_at, Inbox.objects.get(user=anna).unread) == (None, 1)
    assert drained(now + timedelta(hours=1)) == 0


def test_a_late_answer_takes_back_what_the_clock_said(receive, anna) -> None:
    now = timezone.now()
    receive(RINGING, now)
    drained(now + timedelta(minutes=3))
    assert receive(ANSWERED, now + timedelta(minutes=4), answered_by=anna.pk) == "answered"
    assert InboxItem.objects.get().read_at is not None
    assert "actions" not in InboxItem.objects.get().notification.details


def test_an_event_in_time_ends_the_ringing(receive) -> None:
    now = timezone.now()
    receive(RINGING, now)
    receive(ANSWERED, now + timedelta(minutes=1))
    assert drained(now + timedelta(minutes=3)) == 0
    assert state() == "answered"


def test_mail_goes_of_a_missed_call_only(receive, mailoutbox, django_capture_on_commit_callbacks) -> None:
    now = timezone.now()
    mail = Deliveries(channel_named("email"))
    receive(RINGING, now)
    assert not Delivery.objects.filter(channel="email").exists()
    receive(MISSED, now)
    mail.drain()
    assert [one.subject for one in mailoutbox] == ["Звонок: +7 999 123-45-67"]
    assert "Пропущенный звонок" in mailoutbox[0].body
    receive(MISSED, now)
    receive(ANSWERED, now)
    mail.drain()
    assert len(mailoutbox) == 1


def test_a_mail_that_has_not_left_when_the_answer_comes_never_does(receive, mailoutbox) -> None:
    now = timezone.now()
    receive(RINGING, now)
    receive(MISSED, now)
    receive(ANSWERED, now)
    Deliveries(channel_named("email")).drain()
    assert mailoutbox == []
    assert Delivery.objects.get(channel="email").reason == "read"


def test_a_call_that_is_over_when_it_comes_goes_out_by_nothing(receive) -> None:
    receive(ANSWERED, timezone.now())
    assert set(Delivery.objects.exclude(state="sent").values_list("channel", flat=True)) == set()
