"""The sweep: every worker looks by itself, so that nothing waits for the broker or for the scheduler.

What is due is drained in a thread for each queue: a slow one does not hold up the others.
"""

import logging
import random
import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db import close_old_connections, connection
from django.db.models import Q
from django.utils import timezone

from channels_app import tasks
from channels_app.models import DigestMail
from channels_app.queue import leases
from notifcenter.models import Delivery, WebhookCall

logger = logging.getLogger(__name__)
PAUSE = 5
DIGEST_PAUSE = 20
STEP = 5


def start() -> None:
    """Begin to look for what is due; ends with the process, or once it is told to stop."""
    looks: list[tuple[str, Callable[[], None], float]] = [
        ("sweep", drain_due, PAUSE),
        ("sweep-digest", tasks.send_digests, DIGEST_PAUSE),
        ("sweep-clock", Clock().look, PAUSE),
    ]
    for name, look, pause in looks:
        threading.Thread(target=_repeat, args=(look, pause), name=name, daemon=True).start()


def drain_due() -> None:
    """Begin to drain every queue with rows left behind; a queue that is being drained looks once more."""
    for code in tasks.due(now=timezone.now()):
        drain = partial(tasks.drain, code=code)
        threading.Thread(target=_safely, args=(drain,), name=f"sweep-{code}", daemon=True).start()


class Clock:
    """Notices that the wall clock was set back: what the future had planned is due now."""

    def __init__(self) -> None:
        self._ahead = float("inf")

    def look(self) -> None:
        """Compare the wall clock with the one that is never set; at the start something may be stuck already."""
        ahead = time.time() - time.monotonic()
        if ahead < self._ahead - STEP:
            free_stuck(now=timezone.now())
        self._ahead = ahead


def free_stuck(*, now: datetime) -> None:
    """Make due what a clock that was ahead has planned."""
    late = now + leases.LEASE * 2
    freed = leases.free(Delivery, Q(created_at__gt=late) | Q(events__at__gt=late), now=now)
    freed += leases.free(WebhookCall, Q(created_at__gt=late), now=now)
    freed += leases.free(DigestMail, Q(window_end__gt=late), now=now)
    if freed:
        logger.warning("the clock was set back: %s waiting rows are due now", freed)


def _repeat(look: Callable[[], None], pause: float) -> None:
    while not leases.stopping.wait(pause * random.uniform(0.8, 1.0)):
        _safely(look)


def _safely(look: Callable[[], None]) -> None:
    try:
        close_old_connections()
        look()
    except Exception as error:
        logger.warning("a sweep failed, the next one will do: %s", error)
    finally:
        connection.close()
