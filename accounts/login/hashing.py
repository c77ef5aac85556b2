"""Checking a password costs much on purpose: few at a time, so that guessers cannot take the whole process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

HASHES_AT_ONCE = 2
WAITING = 1
WAIT_SECONDS = 3.0


class TooManyAtOnce(Exception):
    """More people sign in at this moment than this process can check."""


class LimitedModelBackend(ModelBackend):
    """Django's, with at most ``HASHES_AT_ONCE`` passwords checked side by side and ``WAITING`` more that wait."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:  # type: ignore[override]
        """The user, or None; raises TooManyAtOnce."""
        with _slots.take():
            return super().authenticate(request, **credentials)


class Slots:
    """So many callers at once; ``waiting`` more wait a moment, all others are turned away at once."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._running = threading.BoundedSemaphore(at_once)
        self._admitted = threading.BoundedSemaphore(at_once + waiting)

    @contextmanager
    def take(self, seconds: float = WAIT_SECONDS) -> Iterator[None]:
        """Hold a place inside the block; raises TooManyAtOnce where none comes free within ``seconds``."""
        if not self._admitted.acquire(blocking=False):
            raise TooManyAtOnce
        try:
            if not self._running.acquire(timeout=seconds):
                raise TooManyAtOnce
            try:
                yield
            finally:
                self._running.release()
        finally:
            self._admitted.release()


_slots = Slots(HASHES_AT_ONCE, WAITING)
