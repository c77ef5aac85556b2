"""Placing: what was said goes into the centres, with its deliveries planned, all of it by one statement."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from notifcenter import storage
from notifcenter.models import Notification
from notifcenter.signals import published, publishing
from notifcenter.storage import Arrivals

Said = Sequence[tuple[Notification, Sequence[int]]]
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


def place(unsaid: Sequence[Notification], said: Said, people: Mapping[int, bool], *, now: datetime) -> list[Stored]:
    """Put notifications into centres inside the caller's transaction, those ``unsaid`` being stored with it.

    ``people``: {id: whether the master switch is on}. Whoever listens to ``publishing`` and ``published`` does so
    inside the same transaction.
    """
    arrivals = list(_arrivals(said, people))
    answers: Any = publishing.send(Notification, arrivals=arrivals, now=now)
    heads = storage.write(unsaid, arrivals, [way for _receiver, ways in answers for way in ways], now=now)
    stored = [Stored(entry.notification, list(_places(entry, heads))) for entry in arrivals]
    published.send(Notification, stored=stored, now=now)
    return stored


def _arrivals(said: Said, people: Mapping[int, bool]) -> Iterable[Arrivals]:
    left = Counter(chain.from_iterable(users for _notification, users in said))
    for notification, users in said:
        left.subtract(users)
        yield Arrivals(notification, [(user, left[user], not people[user]) for user in users])


def _places(entry: Arrivals, heads: Mapping[int, tuple[int, int]]) -> Iterable[Placed]:
    for user, behind, silent in entry.to:
        revision, unread = heads[user]
        yield Placed(user, revision - behind, unread - behind, silent)
