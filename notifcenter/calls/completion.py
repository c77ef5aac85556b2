"""Completing a call in place: who is calling became known after it was stored."""

import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from notifcenter.calls import lookup
from notifcenter.calls.lookup import Answer, Caller
from notifcenter.inbox import search
from notifcenter.publishing import fanout, spread
from notifcenter.publishing.spread import How

logger = logging.getLogger(__name__)
_threads = ThreadPoolExecutor(2, "callers")


def follow(pending: Iterable[tuple[UUID, Answer]]) -> None:
    """Complete these notifications, which are stored, as their answers come."""
    for pk, answer in pending:
        answer.add_done_callback(partial(_answered, pk))


def complete(pk: UUID, caller: Caller) -> bool:
    """Write who is calling into a call and show that to who has it; False where it is known already, or is gone."""
    with transaction.atomic():
        now = timezone.now()
        notification = next(iter(spread.locked(Q(pk=pk, withdrawn_at=None))), None)
        if notification is None or not lookup.is_open(notification.kind, notification.details):
            return False
        lookup.write(notification.details, caller)
        notification.changed_at, notification.changes = now, (notification.changes or 0) + 1
        notification.search = search.searched(notification)
        notification.save(update_fields=["details", "changed_at", "changes", "search"])
        fanout.show(notification, How.UPDATED, spread.holders(notification), now=now)
    return True


def _answered(pk: UUID, answer: Answer) -> None:
    """In the thread that asked, which must not wait for the database."""
    caller = None if answer.cancelled() else answer.result()
    if caller is not None:
        _threads.submit(_complete, pk, caller)


def _complete(pk: UUID, caller: Caller) -> None:
    try:
        complete(pk, caller)
    except Exception as error:
        logger.warning("who called comes without its name: %s", error)
    finally:
        connection.close()
