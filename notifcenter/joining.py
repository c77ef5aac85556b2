"""Joining: what comes while something is being written is written together with the next (group commit).

A transaction costs more than the rows in it. Nobody waits for company: who comes first writes at once.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

from django.db import InterfaceError, OperationalError

Job = TypeVar("Job")
MOST = 50


class Joined(Generic[Job]):
    """Calls ``write(jobs)``, which does all of them or raises and does none, for as many threads as come."""

    def __init__(self, write: Callable[[Sequence[Job]], None]) -> None:
        self._write = write
        self._waiting: deque[tuple[Job, Future[None]]] = deque()
        self._turn = threading.Lock()

    def __call__(self, job: Job) -> None:
        """Returns once this one is written; raises what writing it raised."""
        written: Future[None] = Future()
        self._waiting.append((job, written))
        with self._turn:
            while not written.done():
                self._settle([self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))])
        written.result()

    def _settle(self, entries: "Sequence[tuple[Job, Future[None]]]") -> None:
        """Write these; a mistake in one of several must not cost the others, an outage costs all."""
        try:
            self._write([job for job, _written in entries])
        except BaseException as error:
            if len(entries) > 1 and _is_of_one(error):
                for entry in entries:
                    self._settle([entry])
            else:
                for _job, written in entries:
                    written.set_exception(error)
        else:
            for _job, written in entries:
                written.set_result(None)


def _is_of_one(error: BaseException) -> bool:
    return isinstance(error, Exception) and not isinstance(error, OperationalError | InterfaceError)
