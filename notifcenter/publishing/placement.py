"""Placing: what was said goes into the centres, with its deliveries planned, all of it by one statement."""

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
from notifcenter.publishing.sql import IdempotencyRecord, InboxEntries
from notifcenter.signals import published, publishing

NotificationRecipients = Sequence[tuple[Notification, Sequence[int]]]
"""Notifications in their order, each with the ids of those who receive it."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where one item came to lie in somebody's centre: its position is the cursor of its live frame."""

    user: int
    position: int
    unread: int
    silent: bool


@dataclass(frozen=True)
class Stored:
    """A notification with the places it was put into."""

    notification: Notification
    places: list[Placed]


def place(
    unsaid: Sequence[Notification],
    said: NotificationRecipients,
    people: Mapping[int, bool],
    kept: Sequence[IdempotencyRecord] = (),
    *,
    now: datetime,
) -> None:
    """Put notifications into centres inside the caller's transaction, if there is one, those ``unsaid`` being stored
    with it, and what is answered under keys ``kept``, which may raise KeyConflict.

    ``people``: {id: whether the master switch is on}. ``publishing`` is sent before all is written, by one statement,
    ``published`` after it.
    """
    arrivals = list(_arrivals(said, people))
    answers: Any = publishing.send(Notification, arrivals=arrivals, now=now)
    ways = [way for _receiver, ways in answers for way in ways]
    heads = sql.write(unsaid, arrivals, ways, kept, now=now)
    transaction.on_commit(partial(crash_points.at, "place.after_commit"))
    stored = [Stored(entry.notification, list(_places(entry, heads))) for entry in arrivals]
    published.send(Notification, stored=stored, ways=ways)


def _arrivals(said: NotificationRecipients, people: Mapping[int, bool]) -> Iterable[InboxEntries]:
    left = Counter(chain.from_iterable(users for _notification, users in said))
    for notification, users in said:
        left.subtract(users)
        yield InboxEntries(notification, [(user, left[user], not people[user]) for user in users])


def _places(entry: InboxEntries, heads: Mapping[int, tuple[int, int]]) -> Iterable[Placed]:
    for user, behind, silent in entry.to:
        revision, unread = heads[user]
        yield Placed(user, revision - behind, unread - behind, silent)
