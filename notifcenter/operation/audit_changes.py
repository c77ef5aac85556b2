"""Invariants of notifications that change: keys, folds, schedules, expiry, withdrawal."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q

from notifcenter.models import (
    Delivery,
    FanoutPart,
    InboxItem,
    Notification,
    PublicationKey,
    ScheduledPublication,
    State,
)
from notifcenter.operation.audit import LEASE_MAX, invariant, listed

LATE_MAX = timedelta(seconds=90)


@invariant
def what_is_withdrawn_is_in_no_inbox(now: datetime) -> Iterator[str]:
    """Nobody has a withdrawn notification, and nothing of it waits to be sent, but for what a worker has in hand."""
    on_its_way = {pk for chunk in FanoutPart.objects.exclude(change="").iterator() for pk, _users in chunk.entries}
    present = InboxItem.objects.filter(notification__withdrawn_at__isnull=False, deleted_at=None)
    yield from listed(present.exclude(notification__in=on_its_way), "withdrawn, yet there is item")
    waiting = Delivery.objects.filter(
        notification__withdrawn_at__lt=now - LEASE_MAX, state__in=(State.PENDING, State.DIGEST)
    )
    yield from listed(waiting.exclude(notification__in=on_its_way), "withdrawn, yet open is delivery")


@invariant
def what_expired_is_withdrawn(now: datetime) -> Iterator[str]:
    """An expiry is carried out soon."""
    yield from listed(
        Notification.objects.filter(expires_at__lt=now - LATE_MAX, withdrawn_at=None), "expired, yet there is"
    )


@invariant
def what_is_done_is_over(now: datetime) -> Iterator[str]:
    """Done is read, and neither pinned nor snoozed."""
    over = InboxItem.objects.filter(done_at__isnull=False)
    open_yet = Q(read_at=None) | Q(pinned_at__isnull=False) | Q(snoozed_until__isnull=False)
    yield from listed(over.filter(open_yet), "done, yet open is item")


@invariant
def what_is_snoozed_comes_back(now: datetime) -> Iterator[str]:
    """A snooze ends soon after its time."""
    late = InboxItem.objects.filter(deleted_at=None, snoozed_until__lt=now - LATE_MAX)
    yield from listed(late, "not back in time is item")


@invariant
def what_items_are_searched_by_is_true(now: datetime) -> Iterator[str]:
    """The text on an item is that of its notification; one without a text has a notification to be searched.

    What was withdrawn is not searched any more.
    """
    filled = InboxItem.objects.filter(kind__isnull=False, notification__search__isnull=False)
    filled = filled.filter(notification__withdrawn_at=None)
    another = filled.filter(search__isnull=False).exclude(search=F("notification__search"))
    folding = PublicationKey.objects.filter(notification=OuterRef("notification"), due_at__isnull=False)
    showing = {pk for chunk in FanoutPart.objects.exclude(change="").iterator() for pk, _users in chunk.entries}
    yield from listed(
        another.exclude(Exists(folding)).exclude(notification__in=showing), "searched by another text is item"
    )
    nowhere = InboxItem.objects.filter(kind__isnull=False, search=None, notification__search=None)
    yield from listed(nowhere, "searched by no text is item")


@invariant
def what_is_scheduled_is_unseen_and_not_late(now: datetime) -> Iterator[str]:
    """Nobody has a notification before its time, and it becomes visible soon after."""
    seen = Exists(InboxItem.objects.filter(notification=OuterRef("pk")))
    yield from listed(ScheduledPublication.objects.filter(seen), "seen before its time is")
    yield from listed(ScheduledPublication.objects.filter(due_at__lt=now - LATE_MAX), "not published in time is")


@invariant
def a_key_names_what_is_there(now: datetime) -> Iterator[str]:
    """No key names a withdrawn notification; a fold's window has an end, and what it collected is shown in time."""
    yield from listed(PublicationKey.objects.filter(notification__withdrawn_at__isnull=False), "names nothing: key")
    late = Q(due_at__lt=now - LATE_MAX) | Q(due_at__isnull=False, folds_until=None)
    yield from listed(PublicationKey.objects.filter(late), "not attended to is fold")
    single = PublicationKey.objects.filter(due_at__isnull=False, notification__repeats=None)
    yield from listed(single, "without a repeat is fold")
