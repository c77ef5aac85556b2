"""Publishing: store once, put into every centre, announce; one transaction, or nothing."""

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
AT_ONCE = 5000
JOINED = 100


@dataclass(frozen=True)
class Publication:
    """What a provider says: content already checked, and the people ({id: whether the master switch is on})."""

    provider: Provider
    kind: str
    text: str
    people: dict[int, bool]
    header: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    id: UUID = field(default_factory=uuid7)


@dataclass(frozen=True)
class _Call:
    """All that one caller says at once. ``switches``: of each notification its people, {id: whether the master switch
    is on}; ``kept``: what the caller is answered, where it sent an idempotency key."""

    said: NotificationRecipients
    switches: Sequence[dict[int, bool]]
    now: datetime
    kept: IdempotencyRecord | None

    @property
    def arrivals(self) -> int:
        """How many items it puts into centres."""
        return sum(map(len, self.switches))


def publish(
    publications: Sequence[Publication], *, now: datetime, kept: IdempotencyRecord | None = None
) -> list[Notification]:
    """Store all of them or none, in order; raises KeyConflict where the key of ``kept`` was used before.

    Up to ``AT_ONCE`` arrivals are placed in the same transaction; of more, the workers place what it keeps. Calls with
    few of them share a transaction with others that come at the same moment.
    """
    said = [(_notification(publication, now), list(publication.people)) for publication in publications]
    call = _Call(said, [publication.people for publication in publications], now, kept)
    if connection.in_atomic_block or call.arrivals > JOINED:
        _store([call])
    else:
        _joined(call)
    _tell(said)
    return [notification for notification, _people in said]


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
    now, kept = max(call.now for call in calls), [call.kept for call in calls if call.kept]
    said = list(chain.from_iterable(call.said for call in calls))
    many, shared = sum(call.arrivals for call in calls) > AT_ONCE, len(calls) > 1
    with _whole(alone=not shared and not many):
        if many:
            fanout.keep(said, kept, now=now)
        else:
            everybody = {user: on for call in calls for people in call.switches for user, on in people.items()}
            placement.place([notification for notification, _people in said], said, everybody, kept, now=now)
        crash_points.at("joined.before_commit" if shared else "publish.before_commit")
    if shared:
        crash_points.at("joined.after_commit")


def _whole(*, alone: bool) -> AbstractContextManager[None]:
    """A transaction; what one statement writes needs none on PostgreSQL, two trips to the server less."""
    if alone and connection.vendor == "postgresql":
        return nullcontext()
    return transaction.atomic(savepoint=False)


def _tell(said: NotificationRecipients) -> None:
    if logger.isEnabledFor(logging.INFO):
        for notification, people in said:
            facts = {"notification": str(notification.id), "provider": notification.provider.code}
            logger.info("published for %s", len(people), extra=facts)


_joined = GroupCommit(_store)
