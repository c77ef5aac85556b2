"""The end of a fold's window: what folded goes out once more, and alerts once more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from channels_app import retention
from channels_app.delivery.due_changes import DueChanges
from notifcenter.inbox import changes
from notifcenter.inbox.changes import Selection, everything
from notifcenter.inbox.verbs import DELETE, READ
from notifcenter.models import Delivery, InboxChange, InboxItem, PublicationKey

pytestmark = pytest.mark.django_db(transaction=True)
LONG_AGO = timedelta(minutes=16)


@pytest.fixture
def fail(tell):
    """Publishes an error that folds, so many times."""

    def publish(times, *, now=None, **fields):
        now = now or timezone.now() - LONG_AGO
        return [tell("Line 3 is down", kind="error", key="", header="Line", now=now, **fields) for _ in range(times)][
            -1
        ]

    return publish


def attend(ahead=timedelta()):
    """Deal with the folds that are due so long from now."""
    [queue] = [queue for queue in DueChanges.instances() if queue.code == "folds"]
    queue.clock = lambda: timezone.now() + ahead
    return queue.drain()


def bodies(smtp, to="anna@example.com"):
    mails = [mail.message for mail in smtp.received if mail.recipients == [to]]
    return [(mail["Message-ID"], mail["References"], mail.get_body(("plain",)).get_content()) for mail in mails]


def test_forty_errors_are_two_mails_and_two_pushes(fail, mails, pushes, subscribe, people, smtp, service):
    subscription = subscribe(people[0])
    fail(1)
    mails.drain()
    pushes.drain()
    fail(39)
    assert mails.drain() + pushes.drain() == 0
    assert (len(bodies(smtp)), len(service.of(subscription))) == (1, 1)
    attend()
    mails.drain()
    pushes.drain()
    first, second = bodies(smtp)
    assert "more" not in first[2]
    assert "and 39 more" in second[2]
    assert (second[0] != first[0], second[1]) == (True, first[0])
    assert [push.payload["body"].splitlines()[-1] for push in service.of(subscription)] == [
        "Line 3 is down",
        "and 39 more",
    ]


def test_the_end_alerts_once_and_the_repeats_do_not(fail):
    fail(3)
    attend()
    frames = InboxChange.objects.filter(action="changed").order_by("user", "revision")
    assert [frame.alert for frame in frames if frame.alert] == [[str(InboxItem.objects.first().notification_id)]] * 2
    assert attend() == 0
    assert not PublicationKey.objects.exists()


def test_without_a_repeat_nothing_happens_at_the_end(fail, mails, smtp):
    fail(1)
    mails.drain()
    assert attend() == 0
    mails.drain()
    assert len(smtp.received) == 2
    assert not InboxChange.objects.exists()
    retention.clean(now=timezone.now())
    assert not PublicationKey.objects.exists()


def test_the_window_does_not_slide(fail, settings):
    settings.FOLD_MINUTES = 10
    start = timezone.now() - timedelta(minutes=9)
    first = fail(1, now=start)
    assert fail(1, now=start + timedelta(minutes=6)) == first
    assert fail(1, now=start + timedelta(minutes=11)) != first


def test_a_repeat_after_the_end_that_nobody_attended_to_ends_it_and_begins_anew(fail, mails, smtp):
    start = timezone.now() - timedelta(minutes=16)
    first = fail(1, now=start)
    fail(2, now=start + timedelta(minutes=1))
    mails.drain()
    assert fail(1, now=timezone.now()) != first
    mails.drain()
    assert ["and 2 more" in body for _id, _references, body in bodies(smtp)].count(True) == 2
    assert Delivery.objects.filter(notification=first, channel="email", resends=1).count() == 2


def test_the_end_leaves_read_what_was_read_and_removed_what_was_removed(fail, people, smtp, mails):
    fail(2)
    mails.drain()
    anna, boris = (person.pk for person in people)
    changes.apply(Selection(anna), READ, now=timezone.now())
    changes.apply(everything(boris), DELETE, now=timezone.now())
    smtp.received.clear()
    attend()
    assert InboxItem.objects.get(user=anna).read_at
    assert InboxItem.objects.get(user=boris).deleted_at
    mails.drain()
    assert [mail.recipients for mail in smtp.received] == [["anna@example.com"]]


def test_a_repeat_that_came_before_brings_back_nothing_that_was_read_or_removed_since(fail, people):
    start = timezone.now() - timedelta(seconds=3)
    for milliseconds in (0, 100, 200):
        fail(1, now=start + timedelta(milliseconds=milliseconds))
    anna, boris = (person.pk for person in people)
    changes.apply(Selection(anna), READ, now=start + timedelta(milliseconds=300))
    changes.apply(everything(boris), DELETE, now=start + timedelta(milliseconds=300))
    assert attend() == 1
    assert InboxItem.objects.get(user=anna).read_at
    assert InboxItem.objects.get(user=boris).deleted_at


def test_a_repeat_that_came_after_brings_it_back(fail, people):
    start = timezone.now() - timedelta(seconds=3)
    fail(2, now=start)
    changes.apply(everything(people[1].pk), DELETE, now=start + timedelta(milliseconds=100))
    fail(1, now=start + timedelta(milliseconds=200))
    assert attend() == 1
    assert InboxItem.objects.filter(deleted_at=None).count() == 2


def test_folding_can_be_switched_off(fail, settings):
    settings.FOLD_MINUTES = 0
    fail(3)
    assert InboxItem.objects.count() == 6
    assert not PublicationKey.objects.exists()


def test_repeats_are_shown_once_a_second(fail):
    start = timezone.now()
    for milliseconds in (0, 100, 200, 300, 1200, 1300):
        fail(1, now=start + timedelta(milliseconds=milliseconds))
    shown = InboxChange.objects.filter(action="changed", user=InboxItem.objects.first().user_id)
    assert shown.count() == 2
    attend(timedelta(seconds=4))
    assert shown.count() == 3
    assert InboxItem.objects.first().notification.repeats == 6
