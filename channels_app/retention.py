"""What has lived its time is dropped, in batches that lock nothing for long."""

import time
from collections.abc import Callable
from datetime import datetime

from django.db.models import F, OuterRef, Subquery

from channels_app.queue import leases
from channels_app.queue.queue import queues
from notifcenter.inbox import undo
from notifcenter.models import Inbox, InboxChange
from notifcenter.operation import compaction, retention, search_columns, statistics
from notifcenter.publishing import idempotency, keys

BATCH = 5000
EARLIER_DATA_SECONDS = 60


def clean(*, now: datetime) -> None:
    """Old idempotency and fold keys, ended rows of the queues, changes that no page can still ask for, and, where a
    setting says so, old notifications."""
    idempotency.forget_old(now)
    keys.forget_old(now, BATCH)
    undo.forget_old(now)
    for queue in queues():
        queue.forget_old(now=now)
    _forget_changes()
    _for_a_while(compaction.compact_batch)
    _for_a_while(search_columns.fill_batch)
    statistics.roll_up(now=now)
    if before := retention.cutoff(now):
        retention.forget(before=before, batch=BATCH)


def _for_a_while(batch: Callable[[int], int | None]) -> None:
    """``batch`` after ``batch`` of what an earlier version stored; the rest waits until the next time."""
    end, last = time.monotonic() + EARLIER_DATA_SECONDS, batch(0)
    while last is not None and time.monotonic() < end and not leases.stopping.wait(compaction.pause_seconds()):
        last = batch(last)


def _forget_changes() -> None:
    head = Inbox.objects.filter(user=OuterRef("user")).values("revision")
    old = InboxChange.objects.annotate(head=Subquery(head)).filter(revision__lte=F("head") - retention.NEWEST_ENTRIES)
    while ids := list(old.values_list("id", flat=True)[:BATCH]):
        InboxChange.objects.filter(id__in=ids).delete()
