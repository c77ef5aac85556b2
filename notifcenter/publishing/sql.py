"""The statements that publishing writes with, in one readable place.

What they write comes as JSON: one statement on PostgreSQL, whatever the number of rows; on SQLite, whose WITH cannot
write, one for each table.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from notifcenter.database import prepared
from notifcenter.models import Kind, Notification

LIFETIME = timedelta(hours=24)
"""How long an idempotency key is good."""

POSTGRESQL = """
    WITH kept AS (
        INSERT INTO notifcenter_idempotencykey (provider_id, key, fingerprint, answer, created_at)
        SELECT DISTINCT ON (provider, key) provider, key, fingerprint, answer, %(now)s::timestamptz
        FROM jsonb_to_recordset(%(kept)s) AS new(provider bigint, key text, fingerprint text, answer jsonb)
        ORDER BY provider, key
        ON CONFLICT (provider_id, key) DO UPDATE
        SET fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = excluded.created_at
        WHERE notifcenter_idempotencykey.created_at < %(old)s::timestamptz
        RETURNING key
    ), free AS MATERIALIZED (
        SELECT FROM kept HAVING count(*) = jsonb_array_length(%(kept)s)
    ), said AS (
        INSERT INTO notifcenter_notification (id, provider_id, kind, header, text, details, request_id, created_at)
        SELECT id, provider, kind, header, text, details, request, at
        FROM jsonb_to_recordset(%(said)s) AS new(
            id uuid, provider bigint, kind text, header text, text text, details jsonb, request text, at timestamptz
        ) CROSS JOIN free
    ), raised AS (
        INSERT INTO notifcenter_inbox (user_id, revision, unread)
        SELECT (new ->> 0)::bigint AS user_id, (new ->> 1)::integer, (new ->> 1)::integer
        FROM jsonb_array_elements(%(heads)s) AS new CROSS JOIN free
        ORDER BY user_id
        ON CONFLICT (user_id) DO UPDATE
        SET revision = notifcenter_inbox.revision + excluded.revision,
            unread = notifcenter_inbox.unread + excluded.unread
        RETURNING user_id, revision, unread
    ), placed AS (
        INSERT INTO notifcenter_inboxitem (user_id, notification_id, provider_id, position, silent)
        SELECT raised.user_id, new.id, new.provider, raised.revision - (place ->> 1)::integer, (place ->> 2)::boolean
        FROM jsonb_to_recordset(%(arrivals)s) AS new(id uuid, provider bigint, "to" jsonb)
        CROSS JOIN jsonb_array_elements(new."to") AS place
        JOIN raised ON raised.user_id = (place ->> 0)::bigint
    ), planned AS (
        INSERT INTO notifcenter_delivery (
            notification_id, user_id, channel, device, state, reason, urgent, attempts,
            created_at, due_at, expires_at, finished_at
        )
        SELECT new.id, (place ->> 0)::bigint, channel, (place ->> 1)::bigint, state, reason, urgent, 0,
            %(now)s::timestamptz, due_at, expires_at, finished_at
        FROM jsonb_to_recordset(%(ways)s) AS new(
            id uuid, channel text, state text, reason text, urgent boolean,
            due_at timestamptz, expires_at timestamptz, finished_at timestamptz, "to" jsonb
        )
        CROSS JOIN jsonb_array_elements(new."to") AS place CROSS JOIN free
    )
    SELECT user_id, revision, unread FROM free LEFT JOIN raised ON true"""

SQLITE_KEYS = """
    INSERT INTO notifcenter_idempotencykey (provider_id, key, fingerprint, answer, created_at)
    SELECT value ->> 'provider', value ->> 'key', value ->> 'fingerprint', value -> 'answer', %(now)s
    FROM json_each(%(kept)s) WHERE true
    ON CONFLICT (provider_id, key) DO UPDATE
    SET fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = excluded.created_at
    WHERE created_at < %(old)s
    RETURNING key"""

SQLITE = [
    """
    INSERT INTO notifcenter_notification (id, provider_id, kind, header, text, details, request_id, created_at)
    SELECT value ->> 'id', value ->> 'provider', value ->> 'kind', value ->> 'header', value ->> 'text',
        value ->> 'details', value ->> 'request', value ->> 'at'
    FROM json_each(%(said)s)""",
    """
    INSERT INTO notifcenter_inbox (user_id, revision, unread)
    SELECT value ->> 0, value ->> 1, value ->> 1 FROM json_each(%(heads)s) WHERE true
    ON CONFLICT (user_id) DO UPDATE SET revision = revision + excluded.revision, unread = unread + excluded.unread
    RETURNING user_id, revision, unread""",
    """
    INSERT INTO notifcenter_inboxitem (user_id, notification_id, provider_id, position, silent)
    WITH new AS MATERIALIZED (
        SELECT value ->> 'id' AS id, value ->> 'provider' AS provider, value -> 'to' AS "to"
        FROM json_each(%(arrivals)s)
    )
    SELECT user_id, new.id, new.provider, revision - (place.value ->> 1), place.value ->> 2
    FROM new CROSS JOIN json_each(new."to") AS place
    JOIN notifcenter_inbox ON user_id = place.value ->> 0""",
    """
    INSERT INTO notifcenter_delivery (
        notification_id, user_id, channel, device, state, reason, urgent, attempts,
        created_at, due_at, expires_at, finished_at
    )
    WITH new AS MATERIALIZED (
        SELECT value ->> 'id' AS id, value ->> 'channel' AS channel, value ->> 'state' AS state,
            value ->> 'reason' AS reason, value ->> 'urgent' AS urgent, value ->> 'due_at' AS due_at,
            value ->> 'expires_at' AS expires_at, value ->> 'finished_at' AS finished_at, value -> 'to' AS "to"
        FROM json_each(%(ways)s)
    )
    SELECT new.id, place.value ->> 0, channel, place.value ->> 1, state, reason, urgent, 0,
        %(now)s, due_at, expires_at, finished_at
    FROM new CROSS JOIN json_each(new."to") AS place""",
]

KEPT_ANSWER = """
    SELECT fingerprint, answer FROM notifcenter_idempotencykey
    WHERE provider_id = %s AND key = %s AND created_at >= %s"""


@dataclass(frozen=True)
class InboxEntries:
    """One notification on its way into centres, ``to`` [(user, how many of the same write come after it, silent)]."""

    notification: Notification
    to: list[tuple[int, int, bool]]


@dataclass(frozen=True)
class PlannedDeliveries:
    """Deliveries that are planned alike: one notification by one channel, ``to`` [(user, device)]."""

    notification: Notification
    channel: str
    state: str
    reason: str
    due_at: datetime | None
    expires_at: datetime | None
    finished_at: datetime | None
    to: list[tuple[int, int]]


@dataclass(frozen=True)
class IdempotencyRecord:
    """What a provider is answered under an idempotency key, and the ``fingerprint`` of what it said."""

    provider: int
    key: str
    fingerprint: str
    answer: Any


class KeyConflict(Exception):
    """Something was said under this idempotency key before; nothing is written."""


def write(
    said: Sequence[Notification],
    arrivals: Sequence[InboxEntries],
    ways: Sequence[PlannedDeliveries],
    kept: Sequence[IdempotencyRecord] = (),
    *,
    now: datetime,
) -> dict[int, tuple[int, int]]:
    """Write notifications, everybody's items and raised centre, and the deliveries; gives {user: (revision, unread)}
    after the last arrival. The centres are locked until the commit, by ascending user.

    First of all it keeps what is answered under keys, and waits for whoever is just writing one of them. Raises
    KeyConflict where that is younger than 24 hours: of several ``kept`` the others may be written then, so roll back.
    """
    values = {
        "now": _time(now),
        "old": _time(now - LIFETIME),
        "kept": json.dumps([vars(entry) for entry in kept]),
        "said": json.dumps([_said(notification) for notification in said]),
        "heads": json.dumps(_heads(arrivals)),
        "arrivals": json.dumps([_arrivals(entry) for entry in arrivals]),
        "ways": json.dumps([_ways(entry) for entry in ways]),
    }
    heads = _write_on_sqlite(values, len(kept)) if connection.vendor == "sqlite" else prepared.rows(POSTGRESQL, values)
    if not heads:
        raise KeyConflict
    return {user: (revision, unread) for user, revision, unread in heads if user is not None}


def _write_on_sqlite(values: dict[str, Any], keys: int) -> list[Any]:
    if keys and len(prepared.rows(SQLITE_KEYS, values)) < keys:
        return []
    raised = [row for statement in SQLITE for row in prepared.rows(statement, values)]
    return raised or [(None, 0, 0)]


def kept_answer(provider: int, key: str, *, since: datetime) -> tuple[str, Any] | None:
    """The fingerprint and the answer kept under a key since then, if there is one."""
    for fingerprint, answer in prepared.rows(KEPT_ANSWER, [provider, key, _time(since)]):
        return fingerprint, json.loads(answer)
    return None


def _said(notification: Notification) -> dict[str, Any]:
    return {
        "id": notification.id.hex,
        "provider": notification.provider_id,
        "kind": notification.kind,
        "header": notification.header,
        "text": notification.text,
        "details": notification.details,
        "request": notification.request_id,
        "at": _time(notification.created_at),
    }


def _heads(arrivals: Sequence[InboxEntries]) -> list[tuple[int, int]]:
    heads: dict[int, int] = {}
    for entry in arrivals:
        for user, behind, _silent in entry.to:
            heads.setdefault(user, behind + 1)
    return sorted(heads.items())


def _arrivals(entry: InboxEntries) -> dict[str, Any]:
    return {"id": entry.notification.id.hex, "provider": entry.notification.provider_id, "to": entry.to}


def _ways(entry: PlannedDeliveries) -> dict[str, Any]:
    return {
        "id": entry.notification.id.hex,
        "channel": entry.channel,
        "state": entry.state,
        "reason": entry.reason,
        "urgent": entry.notification.kind == Kind.CALL,
        "due_at": _time(entry.due_at),
        "expires_at": _time(entry.expires_at),
        "finished_at": _time(entry.finished_at),
        "to": entry.to,
    }


def _time(moment: datetime | None) -> str | None:
    """As Django writes it into SQLite; PostgreSQL's connections are at UTC."""
    return None if moment is None else str(moment.astimezone(UTC).replace(tzinfo=None))
