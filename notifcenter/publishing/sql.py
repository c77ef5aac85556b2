"""Writing what is published: the rows of the statements, and what they give."""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from notifcenter.database import prepared
from notifcenter.database.prepared import moment
from notifcenter.inbox import filter_columns, settled
from notifcenter.models import Notification, Priority
from notifcenter.publishing import statements
from notifcenter.publishing.claims import KEY_LIFETIME, NO_CLAIMS, Claims, KeyConflict, KeyTaken, NewKey


@dataclass(frozen=True)
class InboxEntries:
    """A notification to put into inboxes: ``to`` is [(user, number of their later entries in this write, silent)].

    ``read_at``: it arrives read.
    """

    notification: Notification
    to: list[tuple[int, int, bool]]
    read_at: datetime | None = None


@dataclass(frozen=True)
class PlannedDeliveries:
    """Deliveries of one notification by one channel that are planned alike; ``to`` is [(user, device)].

    Those that are ``is_settled`` have their outcome already and are written into the inbox items.
    """

    notification: Notification
    channel: str
    state: str
    reason: str
    due_at: datetime | None
    expires_at: datetime | None
    finished_at: datetime | None
    to: list[tuple[int, int]]

    @property
    def is_settled(self) -> bool:
        """Whether nothing goes out by it."""
        return self.finished_at is not None and settled.can_settle(self.channel, self.state, self.reason)


def write(
    notifications: Sequence[Notification],
    entries: Sequence[InboxEntries],
    deliveries: Sequence[PlannedDeliveries],
    claims: Claims = NO_CLAIMS,
    *,
    now: datetime,
) -> dict[int, tuple[int, int]]:
    """Write all this and the inboxes' counters; gives {user: (revision, unread)} after the last item.

    The inboxes are locked until the commit, by ascending user. The claims come first, and wait for any transaction
    that is writing one of their keys. Raises KeyConflict where an idempotency key is younger than 24 hours, KeyTaken
    where a publication's key is in use: other records may be written by then, so roll back.
    """
    rows: dict[str, Any] = {
        "keys": [vars(record) for record in claims.idempotency_records],
        "names": [_key_row(key) for key in claims.keys],
        "notifications": [_notification_row(notification) for notification in notifications],
        "counts": _counts(entries),
        "entries": _entry_rows(entries, deliveries, now),
        "deliveries": [_delivery_row(planned) for planned in deliveries if not planned.is_settled],
    }
    values = {name: json.dumps(each) for name, each in rows.items()}
    counters = _execute(values | {"now": moment(now), "old": moment(now - KEY_LIFETIME)}, claims)
    return {user: (revision, unread) for user, revision, unread, *_free in counters if user is not None}


def _execute(values: dict[str, Any], claims: Claims) -> list[Any]:
    """[(user, revision, unread, …)], on PostgreSQL one of a user None where there is no recipient.

    Raises KeyConflict or KeyTaken.
    """
    if connection.vendor == "postgresql":
        counters = prepared.rows(statements.POSTGRESQL, values)
        if not counters:
            raise KeyConflict
        if not counters[0][-1]:
            raise KeyTaken
        return counters
    records = len(claims.idempotency_records)
    if records and len(prepared.rows(statements.SQLITE_KEYS, values)) < records:
        raise KeyConflict
    if claims.keys and len(prepared.rows(statements.SQLITE_NAMES, values)) < len(claims.keys):
        raise KeyTaken
    return [row for statement in statements.SQLITE for row in prepared.rows(statement, values)]


def _notification_row(notification: Notification) -> dict[str, Any]:
    return {
        "id": notification.id.hex,
        "provider": notification.provider_id,
        "kind": notification.kind,
        "header": notification.header,
        "text": notification.text,
        "details": notification.details,
        "request": notification.request_id,
        "at": moment(notification.created_at),
        "owner": notification.owner,
        "expires": moment(notification.expires_at),
        "search": notification.search,
    }


def _key_row(key: NewKey) -> dict[str, Any]:
    return {"id": key.id.hex, "notification": key.notification.hex, "until": moment(key.until)}


def _counts(entries: Sequence[InboxEntries]) -> list[tuple[int, int, int]]:
    """[(user, number of new items, of unread ones)] by ascending user: a user's first entry has the most later ones."""
    counts: dict[int, int] = {}
    for entry in entries:
        for user, following, _silent in entry.to:
            counts.setdefault(user, following + 1)
    read = Counter(user for entry in entries if entry.read_at for user, *_rest in entry.to)
    return [(user, count, count - read[user]) for user, count in sorted(counts.items())]


def _entry_rows(
    entries: Sequence[InboxEntries], deliveries: Sequence[PlannedDeliveries], now: datetime
) -> list[dict[str, Any]]:
    """A row for the recipients of a notification who have the same channels settled."""
    reasons = _settled_reasons(deliveries)
    rows = []
    for entry in entries:
        by_user = reasons[entry.notification.id]
        alike: dict[str, list[tuple[int, int, bool]]] = {}
        for recipient in entry.to:
            alike.setdefault(settled.encode(by_user[recipient[0]]), []).append(recipient)
        values = {
            "id": entry.notification.id.hex,
            "provider": entry.notification.provider_id,
            "read_at": moment(entry.read_at),
            "placed_at": moment(settled.placed_at(entry.notification.created_at, now)),
            **_filtered(entry),
        }
        rows += [values | {"settled": text, "to": to} for text, to in alike.items()]
    return rows


def _filtered(entry: InboxEntries) -> dict[str, Any]:
    columns = filter_columns.of_items(entry.notification, len(entry.to))
    return columns | {"published_at": moment(columns["published_at"])}


def _settled_reasons(deliveries: Sequence[PlannedDeliveries]) -> dict[UUID, dict[int, list[tuple[str, str]]]]:
    """{notification: {user: [(channel, reason)]}} of what is settled."""
    reasons: dict[UUID, dict[int, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for planned in deliveries:
        if planned.is_settled:
            by_user = reasons[planned.notification.id]
            for user, _device in planned.to:
                by_user[user].append((planned.channel, planned.reason))
    return reasons


def _delivery_row(planned: PlannedDeliveries) -> dict[str, Any]:
    return {
        "id": planned.notification.id.hex,
        "channel": planned.channel,
        "state": planned.state,
        "reason": planned.reason,
        "urgent": planned.notification.priority >= Priority.HIGH,
        "priority": planned.notification.priority,
        "due_at": moment(planned.due_at),
        "expires_at": moment(planned.expires_at),
        "finished_at": moment(planned.finished_at),
        "to": planned.to,
    }
