"""The end of a snooze: unread and newest, by push again and by nothing else, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from channels_app.delivery import snoozes
from channels_app.queue.queue import queue_named
from notifcenter.inbox import changes
from notifcenter.inbox.changes import Selection
from notifcenter.inbox.verbs import DELETE, DONE, READ, SNOOZE
from notifcenter.models import CALL_END, Delivery, Inbox, InboxItem
from notifcenter.publishing import spread
from notifcenter.publishing.spread import How

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def anna(people):
    return people[0].pk


@pytest.fixture
def snooze(tell, pushes, anna):
    """Publishes something to both, which Anna reads and snoozes; gives until when."""

    def publish_and_snooze():
        notification = tell("Offer")
        pushes.drain()
        changes.apply(Selection(anna), READ, now=timezone.now())
        until = timezone.now()
        changes.apply(Selection(anna, [notification.pk]), SNOOZE, now=timezone.now(), until=until)
        return until

    return publish_and_snooze


def mailed():
    return list(Delivery.objects.filter(channel="email").order_by("pk").values_list("state", "attempts", "resends"))


def bring_back(now):
    return [snoozes.bring_back(pk, now=now) for pk in snoozes.due(now=now, limit=10)]


def test_it_is_pushed_again_under_the_same_tag_and_mailed_once(subscribe, people, snooze, pushes, mails, service):
    subscription = subscribe(people[0])
    until = snooze()
    mails.drain()
    before = mailed()
    assert bring_back(until) == [True]
    pushes.drain()
    first, second = service.of(subscription)
    assert (first.payload["tag"], first.topic) == (second.payload["tag"], second.topic)
    assert mailed() == before


def test_it_comes_back_once_unread_and_newest(anna, people, snooze, tell):
    until = snooze()
    tell("Another", key="other")
    assert bring_back(until - timedelta(seconds=1)) == []
    assert bring_back(until) == [True]
    assert bring_back(until) == []
    newest = InboxItem.objects.filter(user=anna).order_by("-position").first()
    assert (newest.notification.text, newest.read_at, newest.snoozed_until) == ("Offer", None, None)
    assert [Inbox.objects.get(user=person).unread for person in people] == [2, 2]


@pytest.mark.parametrize("verb", [DONE, DELETE])
def test_what_was_done_or_removed_meanwhile_does_not_come_back(anna, snooze, verb):
    until = snooze()
    [pk] = InboxItem.objects.filter(user=anna).values_list("notification", flat=True)
    changes.apply(Selection(anna, [pk]), verb, now=timezone.now())
    assert bring_back(until) == []
    assert Inbox.objects.get(user=anna).unread == 0


def test_with_the_master_switch_off_it_comes_back_quietly(people, subscribe, snooze, pushes, service):
    subscription = subscribe(people[0])
    until = snooze()
    people[0].receive_notifications = False
    people[0].save()
    assert bring_back(until) == [True]
    pushes.drain()
    assert len(service.of(subscription)) == 1
    assert Inbox.objects.get(user=people[0]).unread == 1


def test_until_the_end_of_a_call_that_is_over_it_comes_back_by_the_sweep(tell, anna):
    tell("Offer")
    changes.apply(Selection(anna), SNOOZE, now=timezone.now(), until=CALL_END)
    queue = queue_named("call_ends")
    assert queue.is_due(now=timezone.now())
    assert queue.drain() == 1
    assert not queue.is_due(now=timezone.now())
    assert Inbox.objects.get(user=anna).unread == 1


def test_one_that_was_put_off_again_meanwhile_stays_away(tell, anna):
    notification, now = tell("Offer"), timezone.now()
    changes.apply(Selection(anna), SNOOZE, now=now, until=now + timedelta(hours=1))
    spread.to(notification, How.RETURNED, [anna], now=now)
    assert Inbox.objects.get(user=anna).unread == 0
    assert InboxItem.objects.get(user=anna).snoozed_until == now + timedelta(hours=1)
