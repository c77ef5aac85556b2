"""The queue's one mechanism: rows are claimed for the time of a lease, and only who holds it may write.

A claim moves ``due_at`` to the end of the lease: a worker that dies simply lets its rows fall due again. Every write
names the attempt it belongs to, so who lost the lease changes nothing (fencing). It works on any model with ``state``,
``attempts``, ``due_at`` and ``leased_until``.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from notifcenter.channel import Retries, TryLater
from notifcenter.models import Delivery, State

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=30)
RENEWAL = LEASE / 3
PATIENCE = 600
FREED = 10_000

stopping = threading.Event()
"""Set once this process is told to end: nothing more is claimed, and what is not being sent yet is handed back."""

_busy: "set[Hand]" = set()


def claim(due: QuerySet[Any], limit: int, *related: str, now: datetime) -> list[Any]:
    """Take the first of these due rows, in their order, for the time of a lease; gives them as they were claimed,
    with what is ``related``: read later they might bear the attempt of somebody else."""
    until = now + LEASE
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        rows = list(due.select_related(*related)[:limit])
        claimed = due.model._default_manager.filter(pk__among=[row.pk for row in rows])
        claimed.update(due_at=until, leased_until=until, attempts=F("attempts") + 1)
    for row in rows:
        row.due_at = row.leased_until = until
        row.attempts += 1
    return rows


def write(row: Any, **values: Any) -> bool:
    """Change a claimed row, unless it went to another worker meanwhile."""
    mine = type(row)._default_manager.filter(pk=row.pk, attempts=row.attempts, state=State.PENDING)
    return bool(mine.update(**values))


def surely(write_down: Callable[[], Any]) -> None:
    """Write an outcome down even if the database is away for a while: what is not written would be sent again."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            write_down()
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


def next_at(row: Any, outcome: TryLater, retries: Retries, *, now: datetime) -> datetime:
    """When to try again: as the other side asked, else by the table, a little at random."""
    if outcome.after is not None:
        return now + timedelta(seconds=outcome.after)
    return now + timedelta(seconds=retries.delay(row.attempts) * random.uniform(0.8, 1.0))


def free(model: Any, past: Q, *, now: datetime) -> int:
    """Make due what a clock planned that has been set back since: rows whose own ``past`` is yet to come."""
    late = now + LEASE * 2
    ahead = model.objects.filter(past | Q(leased_until__gt=late), state=State.PENDING, due_at__gt=late)
    ids = list(ahead.values_list("pk", flat=True).distinct()[:FREED])
    return int(model.objects.filter(pk__in=ids, state=State.PENDING).update(due_at=now, leased_until=None))


def finish(seconds: float) -> None:
    """Wait until nothing is in hand, but no longer than that."""
    end = time.monotonic() + seconds
    while _busy and time.monotonic() < end:
        time.sleep(0.05)


class Hand(set[Any]):
    """The ids of claimed rows that are still to be dealt with; their leases are kept from running out.

    After a pause (the process slept, the clock was set) the leases are renewed before anything else is sent, and rows
    that went to somebody else meanwhile are let go.
    """

    def __init__(self, rows: Sequence[Any]) -> None:
        super().__init__(row.pk for row in rows)
        self._model: Any = type(rows[0]) if rows else Delivery
        self._attempts = {row.pk: row.attempts for row in rows}
        self._lock = threading.Lock()
        self._renewed_at = min((row.leased_until for row in rows), default=timezone.now()) - LEASE

    __hash__ = object.__hash__  # type: ignore[assignment]

    def keeps(self, pk: Any) -> bool:
        """Whether this row is still ours: to be asked right before it is sent."""
        if abs(timezone.now() - self._renewed_at) > RENEWAL * 1.5:
            self.renew()
        return pk in self

    def renew(self) -> None:
        """Move the end of the leases, and let go of rows that somebody else has claimed."""
        with self._lock:
            now, ids = timezone.now(), list(self)
            held: set[Any] = set()
            for attempts in {self._attempts[pk] for pk in ids}:
                mine = self._model.objects.filter(pk__among=ids, attempts=attempts, state=State.PENDING)
                mine.update(due_at=now + LEASE, leased_until=now + LEASE)
                held |= set(mine.values_list("pk", flat=True))
            self.difference_update(set(ids) - held)
            self._renewed_at = now


@contextmanager
def renewing(rows: Sequence[Any]) -> Iterator[Hand]:
    """Renew the leases of those claimed rows that are left in the hand every third of a lease, until the block ends."""
    in_hand, done = Hand(rows), threading.Event()
    thread = threading.Thread(target=_renew, args=(in_hand, done), daemon=True)
    thread.start()
    _busy.add(in_hand)
    try:
        yield in_hand
    finally:
        done.set()
        thread.join()
        _busy.remove(in_hand)


def _renew(in_hand: Hand, done: threading.Event) -> None:
    touched = False
    while not done.wait(RENEWAL.total_seconds()):
        touched = True
        try:
            in_hand.renew()
        except (OperationalError, InterfaceError):
            connection.close()
    if touched:
        connection.close()
