"""Group commit: jobs that arrive while a transaction is being written share the next one.

A transaction costs more than the rows in it. The first job never waits for others: it is written at once.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from django.db import InterfaceError, OperationalError

Job = TypeVar("Job")
GROUP_MAX = 50
_YOUR_TURN = object()


class GroupCommit(Generic[Job]):
    """Calls ``write(jobs)``, which writes all of them or raises and writes none, on behalf of any number of threads.

    One thread at a time writes the jobs of all that wait, then wakes the first thread that arrived meanwhile.
    """

    def __init__(self, write: Callable[[Sequence[Job]], None]) -> None:
        self._write = write
        self._waiting: deque[tuple[Job, SimpleQueue[Any]]] = deque()
        self._lock = threading.Lock()
        self._writing = False

    @property
    def waiting(self) -> int:
        """The number of jobs that wait for the transaction being written to end."""
        return len(self._waiting)

    def __call__(self, job: Job) -> None:
        """Returns once this job is written; raises the error of writing it."""
        [error] = self.each([job])
        if error is not None:
            raise error

    def each(self, jobs: Sequence[Job]) -> list[BaseException | None]:
        """Returns once all these jobs are written, with the error of writing each or None."""
        signals: SimpleQueue[Any] = SimpleQueue()
        errors: list[BaseException | None] = []
        with self._lock:
            self._waiting.extend((job, signals) for job in jobs)
            if not self._writing:
                self._wake_next()
        while len(errors) < len(jobs):
            if (signal := signals.get()) is _YOUR_TURN:
                self._write_waiting()
            else:
                errors.append(signal)
        return errors

    def _write_waiting(self) -> None:
        with self._lock:
            group = [self._waiting.popleft() for _ in range(min(GROUP_MAX, len(self._waiting)))]
        try:
            self._write_group(group)
        finally:
            with self._lock:
                self._wake_next()

    def _wake_next(self) -> None:
        self._writing = bool(self._waiting)
        if self._waiting:
            self._waiting[0][1].put(_YOUR_TURN)

    def _write_group(self, group: Sequence[tuple[Job, SimpleQueue[Any]]]) -> None:
        """Write these jobs and signal each thread its error or None. A faulty job fails alone, an outage fails all."""
        error: BaseException | None = None
        try:
            self._write([job for job, _signals in group])
        except BaseException as raised:
            error = raised
        if len(group) > 1 and error and _is_of_one_job(error):
            for entry in group:
                self._write_group([entry])
        else:
            for _job, signals in group:
                signals.put(error)


def _is_of_one_job(error: BaseException) -> bool:
    return isinstance(error, Exception) and not isinstance(error, OperationalError | InterfaceError)
