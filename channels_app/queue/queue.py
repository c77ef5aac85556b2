"""The queue: rows of the database that wait to be sent, one class for all kinds of them.

A subclass says which rows there are and how they are sent; claiming, fencing, the circuit breaker, when to try again
and when to give up are here. Subclasses are found by being imported (``apps.py``); ``queues()`` gives one of each for
this process, of deliveries one for each channel. Whoever wakes, sweeps, counts, cleans or audits goes through them.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from channels_app import counters
from channels_app.queue import leases, order
from channels_app.queue.batch import Batch, Job, Records, RowOutcome
from channels_app.queue.circuit_breaker import CircuitBreaker
from channels_app.queue.order import Turns
from notifcenter.channel import Failure, Gone, Outcome, Refused, Retries, TryLater, failure
from notifcenter.models import State
from notifcenter.operation import crash_points

logger = logging.getLogger(__name__)
FORGOTTEN_AT_ONCE = 5000
REASON_MAX = 500
UNKNOWN = TryLater("It is not known what became of it")

_kinds: list[type["Queue"]] = []


@dataclass(frozen=True)
class Depth:
    """How many rows are not finished, how many of them are due, and since when the oldest of these."""

    rows: int
    due: int
    oldest: datetime | None


class Queue:
    """Rows that wait. Subclasses set ``code``, ``model`` and what follows, and write ``prepare`` and ``send``.

    ``due_field``: the time at which a row falls due; ``written_fields``: times that tell that a row was written by a
    clock which was ahead; ``flush_seconds``: outcomes of so long are written together; ``retention``: how long a row
    stays after its end (None: it goes with something else); ``is_leased``: False where one transaction ends a row.
    """

    code: str = ""
    model: ClassVar[Any]
    batch: int = 50
    related: ClassVar[tuple[str, ...]] = ()
    due_field: ClassVar[str] = "due_at"
    written_fields: ClassVar[tuple[str, ...]] = ("created_at",)
    retries: Retries = Retries()
    flush_seconds: ClassVar[float] = 0
    retention: ClassVar[timedelta | None] = None
    is_leased: ClassVar[bool] = True

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        _kinds.append(cls)

    def __init__(self, clock: Callable[[], datetime] = timezone.now) -> None:
        self.clock = clock
        self.breaker = CircuitBreaker()
        self._lock, self._again = threading.Lock(), False
        self._turns = Turns()

    @classmethod
    def instances(cls) -> Iterable["Queue"]:
        """The queues of this kind."""
        return [cls()]

    # --- what a subclass writes ---

    def waiting(self) -> QuerySet[Any]:
        """Its rows that have not ended."""
        return self.model.objects.filter(state=State.PENDING)

    def prepare(self, rows: Sequence[Any], *, now: datetime) -> Iterable[Job]:
        """What is to be sent of these claimed rows; ends those that must not be sent after all."""
        raise NotImplementedError

    def send(self, jobs: Iterable[Job]) -> Iterator[tuple[Any, Outcome]]:
        """Send, and give (row's primary key, outcome) as each one ends. ``jobs`` leaves out what was lost meanwhile."""
        raise NotImplementedError

    def last_look(self, job: Job) -> Job | None:
        """The job right before it is sent, as it is to be sent now; None where it is not, and its row is done with."""
        return job

    def written(self, row: Any, what: str, detail: str, values: Mapping[str, Any]) -> None:
        """Whatever else belongs into the transaction that wrote these values of a row."""

    def settle(self, outcomes: Sequence[tuple[Job, Outcome]]) -> None:
        """Learn from a batch that has ended."""

    def tell(self, row: Any, what: str) -> None:
        """Count and log what was written: a state, or ``retry``."""
        counters.deliveries.labels(self.code, what).inc()
        logger.info("%s %s, attempt %s: %s", self.code, row.pk, row.attempts, what)

    # --- work ---

    def run(self) -> None:
        """Drain, unless this process is at it already: then it looks once more when it is done."""
        self._again = True
        while self._again and self._lock.acquire(blocking=False):
            try:
                self._again = False
                self.drain()
            finally:
                self._lock.release()

    def drain(self) -> int:
        """Send what is due until nothing is; gives how many were sent."""
        sent = 0
        while not leases.stopping.is_set() and (rows := self.claim()):
            sent += self.deliver(rows)
        return sent

    def claim(self) -> list[Any]:
        """Take the next due rows for the time of a lease."""
        now = self.clock()
        claims = (leases.claim(due, self.batch, *self.related, now=now) for due in self._turns.next(self.due(now=now)))
        return next(filter(None, claims), [])

    def deliver(self, rows: Sequence[Any]) -> int:
        """Send these claimed rows and write each outcome as soon as it is known; gives how many were sent."""
        crash_points.at("claim.after")
        jobs = {job.row.pk: job for job in self._admitted(self.prepare(rows, now=self.clock()))}
        outcomes: list[tuple[Job, Outcome]] = []
        with leases.renewing([job.row for job in jobs.values()]) as held:
            records = Records(held, self._record_now, self.flush_seconds)
            batch = Batch(jobs.values(), held, self.last_look, self._is_overtaken)
            for pk, outcome in self.send(batch):
                crash_points.at("send.after")
                self.breaker.note(jobs[pk].host, outcome)
                records.add(jobs[pk].row, outcome)
                outcomes.append((jobs[pk], outcome))
            records.write()
            for pk in list(held):
                self._let_go(jobs[pk].row, untried=batch.gives_way or leases.stopping.is_set())
        self.settle(outcomes)
        return sum(not isinstance(outcome, Failure) for _job, outcome in outcomes)

    def _is_overtaken(self, priority: int) -> bool:
        return order.overtaking(self.due(now=self.clock()), priority).exists()

    def _let_go(self, row: Any, *, untried: bool) -> None:
        """Of a row that was not sent: one whose outcome nobody gave must not be claimed again at once, and for ever."""
        if untried:
            leases.hand_back(row, row.was_due_at)
        else:
            self.record(row, UNKNOWN, now=self.clock())

    def _admitted(self, jobs: Iterable[Job]) -> Iterator[Job]:
        for job in jobs:
            if self.breaker.admit(job.host):
                yield job
            else:
                leases.hand_back(job.row, self.clock() + self.breaker.rest(job.host))

    def ready(self, row: Any, make: Callable[[], Job]) -> Iterator[Job]:
        """The job that ``make`` gives of a row; none where it fails: one bad row must not hold up the others."""
        try:
            job = make()
        except Exception as error:
            logger.exception("%s %s cannot be made ready", self.code, row.pk)
            self.record(row, failure(error), now=self.clock())
        else:
            yield job

    # --- outcomes ---

    def _record_now(self, outcomes: Sequence[RowOutcome]) -> None:
        self.record_all(outcomes, now=self.clock())

    def record_all(self, outcomes: Sequence[RowOutcome], *, now: datetime) -> None:
        """Write the outcomes of these rows."""
        for row, outcome in outcomes:
            self.record(row, outcome, now=now)

    def record(self, row: Any, outcome: Outcome, *, now: datetime) -> None:
        """Write one outcome: sent, failed for good, or when to try again."""
        if isinstance(outcome, TryLater):
            self.retry_later(row, outcome, now=now)
        elif isinstance(outcome, Gone | Refused):
            self.end(row, State.FAILED, self.reason(outcome), now=now)
        else:
            self.end(row, State.SENT, "", now=now, receipt=outcome or "")

    def reason(self, final: Gone | Refused) -> str:
        """The code or the words that a failure for good is kept with."""
        return str(final)

    def end(self, row: Any, state: State, reason: str, *, now: datetime, receipt: str = "") -> None:
        """The last word on a row."""
        values = {"state": state, "reason": reason[:REASON_MAX], "finished_at": now}
        self._write(row, str(state), receipt or reason, **values, due_at=None, leased_until=None)

    def retry_later(self, row: Any, outcome: TryLater, *, now: datetime) -> None:
        """Set the next attempt, or give up where it would come too late."""
        why, due_at = str(outcome), now + timedelta(seconds=self.retries.wait(row.attempts, outcome.after))
        if row.expires_at and due_at >= row.expires_at:
            self.end(row, self.expired_state(row), f"expired: {why}" if why else "expired", now=now)
        else:
            self._write(row, "retry", why, reason=why[:REASON_MAX], due_at=due_at, leased_until=None)

    def expired_state(self, row: Any) -> State:
        """How a row ends that was tried in vain until it expired."""
        return State.FAILED

    def _write(self, row: Any, what: str, detail: str, **values: Any) -> None:
        with transaction.atomic():
            written = leases.write(row, **values)
            if written:
                self.written(row, what, detail[:REASON_MAX], values)
        if written:
            self.tell(row, what)

    # --- what others ask of every queue ---

    def due(self, *, now: datetime) -> QuerySet[Any]:
        """Its rows that are due."""
        return self.waiting().filter(**{f"{self.due_field}__lte": now})

    def is_due(self, *, now: datetime) -> bool:
        """Whether there is something to do."""
        return self.due(now=now).exists()

    def next_due(self, *, now: datetime, within: timedelta) -> datetime | None:
        """When the next row falls due, where that is so soon and the second counts; None: the next sweep does."""
        return None

    def depth(self, *, now: datetime) -> Depth:
        """How much waits."""
        is_due = Q(**{f"{self.due_field}__lte": now})
        due, oldest = Count(self.due_field, filter=is_due), Min(self.due_field, filter=is_due)
        return Depth(**self.waiting().order_by().aggregate(rows=Count("*"), due=due, oldest=oldest))

    def release_future(self, *, now: datetime) -> int:
        """Make due what was planned by a clock that was ahead; gives how many rows."""
        late = now + leases.LEASE * 2
        ahead = Q(*(Q(**{f"{field}__gt": late}) for field in self.written_fields), _connector=Q.OR)
        return leases.release_future(self.waiting(), ahead, now=now) if self.written_fields else 0

    def end_due(self, reason: str, *, now: datetime) -> None:
        """End, unsent, what is due or was in a worker's hands."""
        while self.is_leased and (rows := list(self.overtaken(now=now).select_related(*self.related)[: self.batch])):
            self.skip_all(rows, reason, now=now)

    @transaction.atomic
    def skip_all(self, rows: Sequence[Any], reason: str, *, now: datetime) -> None:
        """End these rows, unsent."""
        for row in rows:
            self.end(row, State.SKIPPED, reason, now=now)

    def overtaken(self, *, now: datetime) -> QuerySet[Any]:
        """Its rows that are due or leased."""
        return self.waiting().filter(Q(due_at__lte=now) | Q(leased_until__isnull=False))

    def forget_old(self, *, now: datetime) -> None:
        """Drop rows that ended long ago, a batch at a time."""
        while self.retention and (ids := list(self.ended(before=now - self.retention)[:FORGOTTEN_AT_ONCE])):
            self.model.objects.filter(pk__in=ids).delete()

    def ended(self, *, before: datetime) -> QuerySet[Any, Any]:
        """The primary keys of rows that ended before then."""
        ended = self.model.objects.exclude(state=State.PENDING).filter(finished_at__lt=before)
        return ended.values_list("pk", flat=True)


@cache
def queues() -> tuple[Queue, ...]:
    """Every queue there is, as this process works on it."""
    return tuple(queue for kind in _kinds for queue in kind.instances())


os.register_at_fork(after_in_child=queues.cache_clear)


def queue_named(code: str) -> Queue | None:
    """The queue of that code, if there is one."""
    return next((queue for queue in queues() if queue.code == code), None)
