"""Leases: rows are claimed for a while, and only who holds the lease may write.

A claim moves ``due_at`` to the end of the lease: the rows of a worker that dies simply fall due again. Every write
names the attempt it belongs to, so who lost the lease changes nothing (fencing). It works on any model with ``state``,
``attempts``, ``due_at`` and ``leased_until``.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from notifcenter.models import Delivery, State

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=20)
RENEWAL = LEASE / 3
DATABASE_OUTAGE_SECONDS = 600
RELEASED_MAX = 10_000

stopping = threading.Event()
"""Set once this process is told to end: nothing more is claimed, and what is not being sent yet is handed back."""

held_here: "set[Held]" = set()
"""What the threads of this process hold."""


def claim(due: QuerySet[Any], limit: int, *related: str, now: datetime) -> list[Any]:
    """Take the first of these due rows, in their order, for the time of a lease; gives them as they were claimed,
    with what is ``related``: read later they might have the attempt of somebody else. ``was_due_at`` is when a row
    fell due, its place among those of its priority."""
    until = now + LEASE
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        rows = list(due.select_related(*related)[:limit])
        claimed = due.model.objects.filter(pk__any_of=[row.pk for row in rows])
        claimed.update(due_at=until, leased_until=until, attempts=F("attempts") + 1)
    for row in rows:
        row.was_due_at, row.due_at, row.leased_until = row.due_at, until, until
        row.attempts += 1
    return rows


def write(row: Any, **values: Any) -> bool:
    """Change a claimed row, unless it went to another worker meanwhile; gives whether it was changed."""
    held = type(row).objects.filter(pk=row.pk, attempts=row.attempts, state=State.PENDING)
    return bool(held.update(**values))


def through_outages(write_outcome: Callable[[], Any]) -> None:
    """Write an outcome even if the database is away for a while: what is not written would be sent again."""
    end = time.monotonic() + DATABASE_OUTAGE_SECONDS
    while True:
        try:
            write_outcome()
            return
        except (OperationalError, InterfaceError):
            if stopping.is_set() or time.monotonic() > end or connection.in_atomic_block:
                raise
            logger.warning("the database does not answer, an outcome waits to be written")
            connection.close()
            time.sleep(0.2)


def hand_back(row: Any, due_at: datetime) -> None:
    """Let a claimed row wait until then, as if it had not been tried."""
    write(row, due_at=due_at, leased_until=None, attempts=row.attempts - 1)


def release_future(waiting: QuerySet[Any], written_ahead: Q, *, now: datetime) -> int:
    """Make due what a clock planned that has been set back since; gives how many rows.

    ``waiting``: rows of a queue; ``written_ahead`` says which of them have a time that is still to come.
    """
    late = now + LEASE * 2
    ahead = waiting.filter(written_ahead | Q(leased_until__gt=late), due_at__gt=late)
    ids = list(ahead.values_list("pk", flat=True).distinct()[:RELEASED_MAX])
    return int(waiting.filter(pk__in=ids).update(due_at=now, leased_until=None))


def finish(seconds: float) -> None:
    """Wait until this process holds no lease, but no longer than that."""
    end = time.monotonic() + seconds
    while held_here and time.monotonic() < end:
        time.sleep(0.05)


class Held(set[Any]):
    """The ids of claimed rows that are still to be dealt with; their leases are kept from running out.

    After a pause (the process slept, the clock was set) the leases are renewed before anything else is sent, and rows
    that went to somebody else meanwhile are let go.
    """

    def __init__(self, rows: Sequence[Any]) -> None:
        super().__init__(row.pk for row in rows)
        self._model: Any = type(rows[0]) if rows else Delivery
        self._attempts = {row.pk: row.attempts for row in rows}
        self._lock = threading.Lock()
        self.renewed_at = min((row.leased_until for row in rows), default=timezone.now()) - LEASE

    __hash__ = object.__hash__  # type: ignore[assignment]

    def renew_if_late(self) -> None:
        """Renew, where the last time is too long ago: before each row is sent."""
        if abs(timezone.now() - self.renewed_at) > RENEWAL * 1.5:
            self.renew()

    def renew(self) -> None:
        """Move the end of the leases, and let go of rows that somebody else has claimed."""
        with self._lock:
            now, ids = timezone.now(), list(self)
            held: set[Any] = set()
            for attempts in {self._attempts[pk] for pk in ids}:
                ours = self._model.objects.filter(pk__any_of=ids, attempts=attempts, state=State.PENDING)
                ours.update(due_at=now + LEASE, leased_until=now + LEASE)
                held |= set(ours.values_list("pk", flat=True))
            self.difference_update(set(ids) - held)
            self.renewed_at = now


@contextmanager
def renewing(rows: Sequence[Any]) -> Iterator[Held]:
    """Renew the leases of those claimed rows that are still held every third of a lease, until the block ends."""
    held, done = Held(rows), threading.Event()
    thread = threading.Thread(target=_renew, args=(held, done), daemon=True)
    thread.start()
    held_here.add(held)
    try:
        yield held
    finally:
        done.set()
        thread.join()
        held_here.remove(held)


def _renew(held: Held, done: threading.Event) -> None:
    touched = False
    while not done.wait(RENEWAL.total_seconds()):
        touched = True
        try:
            held.renew()
        except (OperationalError, InterfaceError):
            connection.close()
    if touched:
        connection.close()
