"""Placement: notifications go into inboxes together with their planned deliveries, by one statement."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any

from django.db import transaction

from notifcenter.models import Notification
from notifcenter.operation import crash_points
from notifcenter.publishing import sql
from notifcenter.publishing.claims import NO_CLAIMS, Claims
from notifcenter.publishing.sql import InboxEntries
from notifcenter.signals import published, publishing

NotificationRecipients = Sequence[tuple[Notification, Sequence[int]]]
"""Notifications in their order, each with the ids of its recipients."""


@dataclass(frozen=True, slots=True)
class Placed:
    """One item in one inbox: its position is the cursor of its live frame."""

    user: int
    position: int
    unread: int
    silent: bool


@dataclass(frozen=True)
class Stored:
    """A notification with the items that were placed."""

    notification: Notification
    items: list[Placed]


def place(
    new: Sequence[Notification],
    publications: NotificationRecipients,
    switches: Mapping[int, bool],
    claims: Claims = NO_CLAIMS,
    *,
    now: datetime,
) -> None:
    """Put notifications into inboxes, inside the caller's transaction if there is one.

    ``new`` are the notifications to store as well; ``switches`` is {user id: whether the master switch is on}. Sends
    ``publishing`` before the statement and ``published`` after it. Raises KeyConflict or KeyTaken where what it claims
    is not free.
    """
    entries = list(_entries(publications, switches, now))
    plans: Any = publishing.send(Notification, entries=entries, now=now)
    planned = [delivery for _receiver, deliveries in plans for delivery in deliveries]
    counters = sql.write(new, entries, planned, claims, now=now)
    transaction.on_commit(partial(crash_points.at, "place.after_commit"))
    stored = [Stored(entry.notification, list(_placed(entry, counters))) for entry in entries]
    published.send(Notification, stored=stored, planned=planned)


def _entries(
    publications: NotificationRecipients, switches: Mapping[int, bool], now: datetime
) -> Iterable[InboxEntries]:
    following = Counter(chain.from_iterable(users for _notification, users in publications))
    for notification, users in publications:
        following.subtract(users)
        is_over = notification.is_over
        to = [(user, following[user], is_over or not switches[user]) for user in users]
        yield InboxEntries(notification, to, now if is_over else None)


def _placed(entry: InboxEntries, counters: Mapping[int, tuple[int, int]]) -> Iterable[Placed]:
    for user, following, silent in entry.to:
        revision, unread = counters[user]
        yield Placed(user, revision - following, unread - following, silent)
