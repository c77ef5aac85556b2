"""The workers' share of a fan-out: chunk by chunk, with room for whatever else waits."""

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from channels_app.queue import leases, wakeup
from channels_app.queue.order import FAIR_TURN
from channels_app.queue.queue import Queue
from notifcenter.models import FanoutPart
from notifcenter.publishing import fanout

logger = logging.getLogger(__name__)
CHUNKS_AT_ONCE = 20
PAUSE_SECONDS = 0.15
"""SQLite has one writer, and who waits for it looks every 0.1 s: without a pause nobody else would ever write."""


class Fanout(Queue):
    """Chunks of publications to very many. Each is locked, placed and dropped in one transaction, without a lease."""

    code = "fanout"
    model = FanoutPart
    due_field = "created_at"
    written_fields = ()
    is_leased = False

    def waiting(self) -> QuerySet[Any]:
        """All that are there."""
        return FanoutPart.objects.all()

    def drain(self) -> int:
        """Place some chunks, and wake for the rest: the other queues get their turn. Gives how many were placed."""
        pause = 0 if connection.features.has_select_for_update else PAUSE_SECONDS
        placed = sum(not leases.stopping.wait(pause) and self._is_placed(pk, self.clock()) for pk in _next_chunks())
        if placed:
            wakeup.wake([self.code])
        return placed

    def end_due(self, reason: str, *, now: datetime) -> None:
        """Place them all as of their own time: the inboxes need them, and what they plan is due then."""
        for pk, created_at in list(self.waiting().order_by("pk").values_list("pk", "created_at")):
            self._is_placed(pk, created_at)

    def _is_placed(self, pk: int, now: datetime) -> bool:
        try:
            return fanout.place(pk, now=now)
        except Exception:  # whatever it is, it must not keep the other chunks from being placed
            logger.exception("chunk %s of a publication could not be placed, the sweep will try again", pk)
            return False


def _next_chunks() -> Iterator[int]:
    """One after the other, each looked up when it is its turn: a more urgent one may have come meanwhile."""
    tried: list[int] = []
    while len(tried) < CHUNKS_AT_ONCE:
        is_fair_turn = len(tried) % FAIR_TURN == FAIR_TURN - 1
        following = fanout.waiting(1, without=tried, oldest_first=is_fair_turn)
        if not following:
            return
        tried += following
        yield from following
