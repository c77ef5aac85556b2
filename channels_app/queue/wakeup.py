"""The wake-up: tells the workers that a queue has rows that are due. It may fail; the sweep looks every 5 s."""

import logging
import os
import threading
import time
from collections.abc import Iterable, Sequence
from functools import cache

from celery import current_app

logger = logging.getLogger(__name__)
PAUSE_SECONDS = 0.1
DRAIN = "notifcenter.drain"
"""The public name of the task that listens, in ``tasks.py``."""


def wake(codes: Iterable[str]) -> None:
    """Have these queues drained soon."""
    _sender().wake(codes)


def wake_later(codes: Sequence[str], seconds: float) -> None:
    """Have these queues drained after so long; if this process ends before, the sweep does it."""
    timer = threading.Timer(seconds, wake, [codes])
    timer.daemon = True
    timer.start()


class _Sender:
    """Sends from a thread of its own, so that no request waits for the broker, and one message for all wake-ups of a
    moment: a task for each would cost publishing more than writing its rows."""

    def __init__(self) -> None:
        self._waiting: set[str] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def wake(self, codes: Iterable[str]) -> None:
        with self._changed:
            self._waiting.update(codes)
            if self._waiting and (self._thread is None or not self._thread.is_alive()):
                self._thread = threading.Thread(target=self._run, name="wakeup", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                codes, self._waiting = self._waiting, set()
            for code in codes:
                _send(code)
            time.sleep(PAUSE_SECONDS)


@cache
def _sender() -> _Sender:
    return _Sender()


os.register_at_fork(after_in_child=_sender.cache_clear)


def _send(code: str) -> None:
    try:
        current_app.send_task(DRAIN, kwargs={"code": code})
    except Exception as error:
        logger.warning("the broker does not answer, the sweep will find the rows: %s", error)
