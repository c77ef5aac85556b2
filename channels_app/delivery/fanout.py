"""The workers' share of a fan-out: part by part, with room for whatever else waits."""

import logging

from django.db import connection
from django.utils import timezone

from channels_app.queue import leases, wakeup
from notifcenter.publishing import fanout

logger = logging.getLogger(__name__)
CODE = "fanout"
PARTS = 20
PAUSE = 0.15
"""SQLite has one writer, and who waits for it looks every 0.1 s: without a pause nobody else would ever write."""


def due() -> set[str]:
    """Its code, where a part is still to be placed."""
    return {CODE} if fanout.waiting(1) else set()


def drain() -> int:
    """Place some parts, and ring for the rest: the other queues get their turn. Gives how many were placed."""
    pause = 0 if connection.features.has_select_for_update else PAUSE
    placed = sum(not leases.stopping.wait(pause) and _is_placed(pk) for pk in fanout.waiting(PARTS))
    if placed:
        wakeup.ring([CODE])
    return placed


def _is_placed(pk: int) -> bool:
    try:
        return fanout.place(pk, now=timezone.now())
    except Exception:  # whatever it is, it must not keep the other parts from being placed
        logger.exception("part %s of what was said to many could not be placed, the sweep will try again", pk)
        return False
