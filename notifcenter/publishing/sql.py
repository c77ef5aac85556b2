"""The statements that publishing writes with, in one readable place.

The rows are given as JSON: one statement on PostgreSQL, whatever the number of rows; on SQLite, whose WITH cannot
write, one for each table.
"""

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
from notifcenter.inbox import settled
from notifcenter.models import Notification, Priority
from notifcenter.publishing.claims import KEY_LIFETIME, NO_CLAIMS, Claims, KeyConflict, KeyTaken, NewKey

POSTGRESQL = """
    WITH keys AS (
        INSERT INTO notifcenter_idempotencykey (provider_id, key, fingerprint, answer, created_at)
        SELECT DISTINCT ON (provider, key) provider, key, fingerprint, answer, %(now)s::timestamptz
        FROM jsonb_to_recordset(%(keys)s) AS new(provider bigint, key text, fingerprint text, answer jsonb)
        ORDER BY provider, key
        ON CONFLICT (provider_id, key) DO UPDATE
        SET fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = excluded.created_at
        WHERE notifcenter_idempotencykey.created_at < %(old)s::timestamptz
        RETURNING key
    ), admitted AS MATERIALIZED (
        SELECT FROM keys HAVING count(*) = jsonb_array_length(%(keys)s)
    ), named AS (
        INSERT INTO notifcenter_publicationkey (id, notification_id, folds_until)
        SELECT id, notification, until
        FROM jsonb_to_recordset(%(names)s) AS new(id uuid, notification uuid, until timestamptz) CROSS JOIN admitted
        ORDER BY id
        ON CONFLICT (id) DO UPDATE
        SET notification_id = excluded.notification_id, folds_until = excluded.folds_until, shown_at = NULL
        WHERE notifcenter_publicationkey.folds_until <= %(now)s::timestamptz
            AND notifcenter_publicationkey.due_at IS NULL
        RETURNING id
    ), free AS MATERIALIZED (
        SELECT FROM admitted WHERE (SELECT count(*) FROM named) = jsonb_array_length(%(names)s)
    ), stored AS (
        INSERT INTO notifcenter_notification (
            id, provider_id, owner, kind, header, text, details, request_id, created_at, expires_at
        )
        SELECT id, provider, owner, kind, header, text, details, request, at, expires
        FROM jsonb_to_recordset(%(notifications)s) AS new(
            id uuid, provider bigint, owner bigint, kind text, header text, text text, details jsonb, request text,
            at timestamptz, expires timestamptz
        ) CROSS JOIN free
    ), counted AS (
        INSERT INTO notifcenter_inbox (user_id, revision, unread)
        SELECT (new ->> 0)::bigint AS user_id, (new ->> 1)::integer, (new ->> 2)::integer
        FROM jsonb_array_elements(%(counts)s) AS new CROSS JOIN free
        ORDER BY user_id
        ON CONFLICT (user_id) DO UPDATE
        SET revision = notifcenter_inbox.revision + excluded.revision,
            unread = notifcenter_inbox.unread + excluded.unread
        RETURNING user_id, revision, unread
    ), placed AS (
        INSERT INTO notifcenter_inboxitem (
            user_id, notification_id, provider_id, position, silent, read_at, settled, placed_at
        )
        SELECT counted.user_id, new.id, new.provider,
            counted.revision - (recipient ->> 1)::integer, (recipient ->> 2)::boolean, new.read_at, settled, placed_at
        FROM jsonb_to_recordset(%(entries)s) AS new(
            id uuid, provider bigint, read_at timestamptz, settled text, placed_at timestamptz, "to" jsonb
        )
        CROSS JOIN jsonb_array_elements(new."to") AS recipient
        JOIN counted ON counted.user_id = (recipient ->> 0)::bigint
    ), planned AS (
        INSERT INTO notifcenter_delivery (
            notification_id, user_id, channel, device, state, reason, urgent, priority, attempts,
            created_at, due_at, expires_at, finished_at
        )
        SELECT new.id, (recipient ->> 0)::bigint, channel, (recipient ->> 1)::bigint, state, reason, urgent, priority,
            0, %(now)s::timestamptz, due_at, expires_at, finished_at
        FROM jsonb_to_recordset(%(deliveries)s) AS new(
            id uuid, channel text, state text, reason text, urgent boolean, priority smallint,
            due_at timestamptz, expires_at timestamptz, finished_at timestamptz, "to" jsonb
        )
        CROSS JOIN jsonb_array_elements(new."to") AS recipient CROSS JOIN free
    )
    SELECT user_id, revision, unread, true FROM free LEFT JOIN counted ON true
    UNION ALL SELECT NULL, NULL, NULL, false FROM admitted WHERE NOT EXISTS (SELECT FROM free)"""

SQLITE_KEYS = """
    INSERT INTO notifcenter_idempotencykey (provider_id, key, fingerprint, answer, created_at)
    SELECT value ->> 'provider', value ->> 'key', value ->> 'fingerprint', value -> 'answer', %(now)s
    FROM json_each(%(keys)s) WHERE true
    ON CONFLICT (provider_id, key) DO UPDATE
    SET fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = excluded.created_at
    WHERE created_at < %(old)s
    RETURNING key"""

SQLITE_NAMES = """
    INSERT INTO notifcenter_publicationkey (id, notification_id, folds_until)
    SELECT value ->> 'id', value ->> 'notification', value ->> 'until' FROM json_each(%(names)s) WHERE true
    ON CONFLICT (id) DO UPDATE
    SET notification_id = excluded.notification_id, folds_until = excluded.folds_until, shown_at = NULL
    WHERE folds_until <= %(now)s AND due_at IS NULL
    RETURNING id"""

SQLITE = [
    """
    INSERT INTO notifcenter_notification (
        id, provider_id, owner, kind, header, text, details, request_id, created_at, expires_at
    )
    SELECT value ->> 'id', value ->> 'provider', value ->> 'owner', value ->> 'kind', value ->> 'header',
        value ->> 'text', value ->> 'details', value ->> 'request', value ->> 'at', value ->> 'expires'
    FROM json_each(%(notifications)s)""",
    """
    INSERT INTO notifcenter_inbox (user_id, revision, unread)
    SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(%(counts)s) WHERE true
    ON CONFLICT (user_id) DO UPDATE SET revision = revision + excluded.revision, unread = unread + excluded.unread
    RETURNING user_id, revision, unread""",
    """
    INSERT INTO notifcenter_inboxitem (
        user_id, notification_id, provider_id, position, silent, read_at, settled, placed_at
    )
    WITH new AS MATERIALIZED (
        SELECT value ->> 'id' AS id, value ->> 'provider' AS provider, value ->> 'read_at' AS read_at,
            value ->> 'settled' AS settled, value ->> 'placed_at' AS placed_at, value -> 'to' AS "to"
        FROM json_each(%(entries)s)
    )
    SELECT user_id, new.id, new.provider, revision - (recipient.value ->> 1), recipient.value ->> 2, new.read_at,
        settled, placed_at
    FROM new CROSS JOIN json_each(new."to") AS recipient
    JOIN notifcenter_inbox ON user_id = recipient.value ->> 0""",
    """
    INSERT INTO notifcenter_delivery (
        notification_id, user_id, channel, device, state, reason, urgent, priority, attempts,
        created_at, due_at, expires_at, finished_at
    )
    WITH new AS MATERIALIZED (
        SELECT value ->> 'id' AS id, value ->> 'channel' AS channel, value ->> 'state' AS state,
            value ->> 'reason' AS reason, value ->> 'urgent' AS urgent, value ->> 'priority' AS priority,
            value ->> 'due_at' AS due_at, value ->> 'expires_at' AS expires_at,
            value ->> 'finished_at' AS finished_at, value -> 'to' AS "to"
        FROM json_each(%(deliveries)s)
    )
    SELECT new.id, recipient.value ->> 0, channel, recipient.value ->> 1, state, reason, urgent, priority, 0,
        %(now)s, due_at, expires_at, finished_at
    FROM new CROSS JOIN json_each(new."to") AS recipient""",
]


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
        counters = prepared.rows(POSTGRESQL, values)
        if not counters:
            raise KeyConflict
        if not counters[0][-1]:
            raise KeyTaken
        return counters
    if len(prepared.rows(SQLITE_KEYS, values) if claims.idempotency_records else ()) < len(claims.idempotency_records):
        raise KeyConflict
    if len(prepared.rows(SQLITE_NAMES, values) if claims.keys else ()) < len(claims.keys):
        raise KeyTaken
    return [row for statement in SQLITE for row in prepared.rows(statement, values)]


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
        }
        rows += [values | {"settled": text, "to": to} for text, to in alike.items()]
    return rows


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
