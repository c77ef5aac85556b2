"""Publish: store a notification once, place it in every recipient's inbox, announce it; all of it or nothing."""

import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from uuid6 import uuid7

from notifcenter import request_id
from notifcenter.content import safe_html
from notifcenter.models import Notification, Provider
from notifcenter.operation import crash_points
from notifcenter.publishing import fanout, placement
from notifcenter.publishing.group_commit import GroupCommit
from notifcenter.publishing.placement import NotificationRecipients
from notifcenter.publishing.sql import IdempotencyRecord

logger = logging.getLogger(__name__)
PLACED_AT_ONCE_MAX = 5000
GROUPED_MAX = 100


@dataclass(frozen=True)
class Publication:
    """What a provider sends: validated content and its recipients ({user id: whether the master switch is on})."""

    provider: Provider
    kind: str
    text: str
    people: dict[int, bool]
    header: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    id: UUID = field(default_factory=uuid7)


@dataclass(frozen=True)
class _Call:
    """The publications of one call of ``publish``; ``switches`` are the ``people`` of each of them."""

    publications: NotificationRecipients
    switches: Sequence[dict[int, bool]]
    now: datetime
    idempotency_record: IdempotencyRecord | None

    @property
    def entries(self) -> int:
        """The number of inbox entries it makes."""
        return sum(map(len, self.switches))


def publish(
    publications: Sequence[Publication], *, now: datetime, idempotency_record: IdempotencyRecord | None = None
) -> list[Notification]:
    """Store all publications or none, in order; raises KeyConflict where the idempotency key is in use.

    Up to ``PLACED_AT_ONCE_MAX`` inbox entries are placed in the same transaction; more are left to the workers. Calls
    with at most ``GROUPED_MAX`` entries share a transaction with others of the same moment.
    """
    stored = [(_notification(publication, now), list(publication.people)) for publication in publications]
    call = _Call(stored, [publication.people for publication in publications], now, idempotency_record)
    if connection.in_atomic_block or call.entries > GROUPED_MAX:
        _store([call])
    else:
        _store_in_group(call)
    _log(stored)
    return [notification for notification, _users in stored]


def _notification(publication: Publication, now: datetime) -> Notification:
    return Notification(
        id=publication.id,
        provider=publication.provider,
        kind=publication.kind,
        header=publication.header,
        text=safe_html(publication.text),
        details=publication.details,
        request_id=request_id.current(),
        created_at=now,
    )


def _store(calls: Sequence[_Call]) -> None:
    now, records = (
        max(call.now for call in calls),
        [call.idempotency_record for call in calls if call.idempotency_record],
    )
    publications = list(chain.from_iterable(call.publications for call in calls))
    many, shared = sum(call.entries for call in calls) > PLACED_AT_ONCE_MAX, len(calls) > 1
    with _transaction(one_statement=not shared and not many):
        if many:
            fanout.enqueue(publications, records, now=now)
        else:
            new = [notification for notification, _users in publications]
            placement.place(new, publications, _all_switches(calls), records, now=now)
        crash_points.at("group.before_commit" if shared else "publish.before_commit")
    if shared:
        crash_points.at("group.after_commit")


def _all_switches(calls: Sequence[_Call]) -> dict[int, bool]:
    return {user: on for call in calls for people in call.switches for user, on in people.items()}


def _transaction(*, one_statement: bool) -> AbstractContextManager[None]:
    """On PostgreSQL one statement needs no transaction around it; two round trips less."""
    if one_statement and connection.vendor == "postgresql":
        return nullcontext()
    return transaction.atomic(savepoint=False)


def _log(stored: NotificationRecipients) -> None:
    if logger.isEnabledFor(logging.INFO):
        for notification, users in stored:
            facts = {"notification": str(notification.id), "provider": notification.provider.code}
            logger.info("published for %s", len(users), extra=facts)


_store_in_group = GroupCommit(_store)
