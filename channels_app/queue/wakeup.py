"""The doorbell: tells the workers that a channel has something to send. It may fail; the sweep comes by every 5 s."""

import logging
import threading
import time
from collections.abc import Iterable

from celery import current_app

logger = logging.getLogger(__name__)
PAUSE = 0.1
DRAIN = "notifcenter.drain"
"""The public name of the task that listens, in ``tasks.py``."""


class Bell:
    """Rings from a thread of its own, so that no request waits for the broker; rings of one moment are one: a task
    for each would cost publishing more than writing its rows."""

    def __init__(self) -> None:
        self._waiting: set[str] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def ring(self, codes: Iterable[str]) -> None:
        """Ring for these channels soon."""
        with self._changed:
            self._waiting.update(codes)
            if self._waiting and (self._thread is None or not self._thread.is_alive()):
                self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                codes, self._waiting = self._waiting, set()
            for code in codes:
                self._send(code)
            time.sleep(PAUSE)

    def _send(self, code: str) -> None:
        try:
            current_app.send_task(DRAIN, kwargs={"code": code})
        except Exception as error:
            logger.warning("the broker does not answer, the sweep will come by: %s", error)


_bell = Bell()
ring = _bell.ring
