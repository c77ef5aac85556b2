"""Joining: what comes while something is being written is written together with the next (group commit).

A transaction costs more than the rows in it. Nobody waits for company: who comes first writes at once.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from django.db import InterfaceError, OperationalError

Job = TypeVar("Job")
MOST = 50
_TURN = object()


class GroupCommit(Generic[Job]):
    """Calls ``write(jobs)``, which does all of them or raises and does none, for as many threads as come.

    One thread writes at a time, for all that wait by then, and then calls the first of those that came meanwhile.
    """

    def __init__(self, write: Callable[[Sequence[Job]], None]) -> None:
        self._write = write
        self._waiting: deque[tuple[Job, SimpleQueue[Any]]] = deque()
        self._lock = threading.Lock()
        self._writing = False

    def __call__(self, job: Job) -> None:
        """Returns once this one is written; raises what writing it raised."""
        told: SimpleQueue[Any] = SimpleQueue()
        with self._lock:
            self._waiting.append((job, told))
            if not self._writing:
                self._call_next()
        if (outcome := told.get()) is _TURN:
            self._write_waiting()
            outcome = told.get()
        if outcome is not None:
            raise outcome

    def _write_waiting(self) -> None:
        with self._lock:
            entries = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
        try:
            self._settle(entries)
        finally:
            with self._lock:
                self._call_next()

    def _call_next(self) -> None:
        self._writing = bool(self._waiting)
        if self._waiting:
            self._waiting[0][1].put(_TURN)

    def _settle(self, entries: Sequence[tuple[Job, SimpleQueue[Any]]]) -> None:
        """Write these; a mistake in one of several must not cost the others, an outage costs all."""
        outcome: BaseException | None = None
        try:
            self._write([job for job, _told in entries])
        except BaseException as error:
            outcome = error
        if len(entries) > 1 and outcome and _is_of_one(outcome):
            for entry in entries:
                self._settle([entry])
        else:
            for _job, told in entries:
                told.put(outcome)


def _is_of_one(error: BaseException) -> bool:
    return isinstance(error, Exception) and not isinstance(error, OperationalError | InterfaceError)
