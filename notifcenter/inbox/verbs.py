"""What people do with items of their inbox: for each verb which items it changes, and what it writes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce

from notifcenter.inbox.filter import ItemState
from notifcenter.models import InboxChange

Action = InboxChange.Action


@dataclass(frozen=True)
class Verb:
    """``changeable``: the items that it changes; ``state``: which of them "all" means where no state is given.

    ``values``: {column: what it writes}, from the time of the call and the end of a snooze. While ``mark``, one of the
    columns, has what was written, the call still holds for an item. ``action``: how pages are told.
    """

    name: str
    changeable: Q
    mark: str
    values: Callable[[datetime, datetime | None], dict[str, Any]]
    columns: Sequence[str]
    state: ItemState = ItemState.OPEN
    action: Action = field(default=Action.CHANGED)

    def written(self, now: datetime, until: datetime | None) -> datetime | None:
        """What it writes into ``mark``."""
        moment: datetime | None = self.values(now, until)[self.mark]
        return moment


def done_values(now: datetime) -> dict[str, Any]:
    """What done writes: it counts as read, unpins and ends a snooze."""
    return {
        "done_at": now,
        "read_at": Coalesce(F("read_at"), Value(now)),
        "pinned_at": None,
        "snoozed_until": None,
    }


def _undone_values(now: datetime, until: datetime | None) -> dict[str, Any]:
    """What was read in the moment it was done was unread before."""
    read_at = Case(When(read_at=F("done_at"), then=Value(None)), default=F("read_at"))
    return {"read_at": read_at, "done_at": None}


READ = Verb("read", Q(read_at=None), "read_at", lambda now, until: {"read_at": now}, ["read_at"], action=Action.READ)
UNREAD = Verb(
    "unread",
    Q(read_at__isnull=False, done_at=None),
    "read_at",
    lambda now, until: {"read_at": None},
    ["read_at"],
    action=Action.UNREAD,
)
DONE = Verb(
    "done",
    Q(done_at=None),
    "done_at",
    lambda now, until: done_values(now),
    ["done_at", "read_at", "pinned_at", "snoozed_until"],
)
UNDONE = Verb(
    "undone", Q(done_at__isnull=False), "done_at", _undone_values, ["read_at", "done_at"], state=ItemState.DONE
)
PIN = Verb("pin", Q(pinned_at=None, done_at=None), "pinned_at", lambda now, until: {"pinned_at": now}, ["pinned_at"])
UNPIN = Verb(
    "unpin",
    Q(pinned_at__isnull=False),
    "pinned_at",
    lambda now, until: {"pinned_at": None},
    ["pinned_at"],
    state=ItemState.PINNED,
)
SNOOZE = Verb(
    "snooze", Q(done_at=None), "snoozed_until", lambda now, until: {"snoozed_until": until}, ["snoozed_until"]
)
UNSNOOZE = Verb(
    "unsnooze",
    Q(snoozed_until__isnull=False),
    "snoozed_until",
    lambda now, until: {"snoozed_until": None},
    ["snoozed_until"],
    state=ItemState.SNOOZED,
)
DELETE = Verb(
    "delete", Q(), "deleted_at", lambda now, until: {"deleted_at": now}, ["deleted_at"], action=Action.DELETED
)
VERBS = {verb.name: verb for verb in (READ, UNREAD, DONE, UNDONE, PIN, UNPIN, SNOOZE, UNSNOOZE, DELETE)}
