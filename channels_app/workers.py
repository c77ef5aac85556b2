"""The sweep: every worker looks by itself, so that nothing waits for the broker or for the scheduler.

What is due is drained in a thread for each queue: a slow one does not hold up the others.
"""

import logging
import random
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import close_old_connections, connection
from django.utils import timezone

from channels_app.queue import leases, wakeup
from channels_app.queue.queue import queues

logger = logging.getLogger(__name__)
SWEEP_SECONDS = 5
CLOCK_STEP_SECONDS = 5


def start() -> None:
    """Begin to look for what is due; ends with the process, or once it is told to stop."""
    for name, look in (("sweep", drain_due), ("sweep-clock", Clock().look)):
        threading.Thread(target=_repeat, args=(look,), name=name, daemon=True).start()


def drain_due() -> None:
    """Begin to drain every queue with rows left behind; a queue that is being drained looks once more."""
    now = timezone.now()
    for queue in queues():
        if queue.is_due(now=now):
            threading.Thread(target=_safely, args=(queue.run,), name=f"sweep-{queue.code}", daemon=True).start()
        elif due_at := queue.next_due(now=now, within=timedelta(seconds=SWEEP_SECONDS)):
            wakeup.wake_later([queue.code], (due_at - now).total_seconds())


class Clock:
    """Notices that the wall clock was set back: what the future had planned is due now."""

    def __init__(self) -> None:
        self._ahead = float("inf")

    def look(self) -> None:
        """Compare the wall clock with the one that is never set; at the start something may be stuck already."""
        ahead = time.time() - time.monotonic()
        if ahead < self._ahead - CLOCK_STEP_SECONDS:
            release_future(now=timezone.now())
        self._ahead = ahead


def release_future(*, now: datetime) -> None:
    """Make due what a clock that was ahead has planned."""
    if released := sum(queue.release_future(now=now) for queue in queues()):
        logger.warning("the clock was set back: %s waiting rows are due now", released)


def _repeat(look: Callable[[], None]) -> None:
    """Look at once: what a worker that died had in hand may be due already."""
    while not leases.stopping.is_set():
        _safely(look)
        leases.stopping.wait(SWEEP_SECONDS * random.uniform(0.8, 1.0))


def _safely(look: Callable[[], None]) -> None:
    try:
        close_old_connections()
        look()
    except Exception as error:
        logger.warning("a sweep failed, the next one will do: %s", error)
    finally:
        connection.close()
