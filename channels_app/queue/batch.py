"""A batch of claimed rows on its way out."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from channels_app.queue import leases
from notifcenter.channel import Outcome
from notifcenter.operation import crash_points

RowOutcome = tuple[Any, Outcome]
LOOK_SECONDS = 0.5
"""How often a batch on its way looks whether something more urgent waits."""


@dataclass(frozen=True)
class Job:
    """A claimed row that is ready: what ``send`` needs of it, and the destination that may be down as a whole."""

    row: Any
    content: Any
    host: str = ""


class Batch:
    """Jobs that end early once the process is told to stop, or once something more urgent waits (``gives_way``), and
    leave out what another worker has taken over, and what ``look``, right before it is sent, says must not be. The
    first is sent in any case, so that each batch comes further."""

    def __init__(
        self,
        jobs: Iterable[Job],
        held: leases.Held,
        look: Callable[[Job], Job | None],
        is_overtaken: Callable[[int], bool],
    ) -> None:
        self._jobs, self._held, self._look, self._is_overtaken = jobs, held, look, is_overtaken
        self._looked_at = time.monotonic()
        self._has_begun = self.gives_way = False

    def __iter__(self) -> Iterator[Job]:
        for job in self._jobs:
            if leases.stopping.is_set() or self._must_give_way(job):
                return
            self._held.renew_if_late()
            if job.row.pk not in self._held:
                continue
            if present := self._look(job):
                crash_points.at("send.before")
                self._has_begun = True
                yield present
            else:
                self._held.discard(job.row.pk)

    def _must_give_way(self, job: Job) -> bool:
        if self._has_begun and not self.gives_way and time.monotonic() - self._looked_at >= LOOK_SECONDS:
            self.gives_way = self._is_overtaken(job.row.priority)
            self._looked_at = time.monotonic()
        return self.gives_way


class Records:
    """Writes outcomes as soon as they are known (``seconds`` 0), or those of so long together: few statements, and few
    rows that a crash could send twice. Rows whose outcome is written are held no more."""

    def __init__(self, held: leases.Held, write: Callable[[Sequence[RowOutcome]], None], seconds: float) -> None:
        self._held, self._write, self._seconds = held, write, seconds
        self._outcomes: list[RowOutcome] = []
        self._written_at = time.monotonic()

    def add(self, row: object, outcome: Outcome) -> None:
        """Keep an outcome, and write what is kept if it is time."""
        self._outcomes.append((row, outcome))
        if time.monotonic() - self._written_at >= self._seconds:
            self.write()

    def write(self) -> None:
        """Write what is kept."""
        if self._outcomes:
            leases.through_outages(partial(self._write, self._outcomes))
        self._held.difference_update(row.pk for row, _outcome in self._outcomes)
        self._outcomes, self._written_at = [], time.monotonic()
