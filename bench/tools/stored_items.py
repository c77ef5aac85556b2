"""A store of many items, written by PostgreSQL itself: calls a second apart, two of three read.

They come from five providers; a sixth never said anything.
"""

from collections.abc import Sequence

PROVIDERS = """
INSERT INTO notifcenter_provider (code, name, icon, description, manifest, created_at)
    SELECT 'provider' || n, 'Provider ' || n, '', '', '{}', now() FROM generate_series(1, 6) n"""

SAID = """
CREATE TEMP TABLE said AS
    SELECT (lpad(to_hex(1700000000000 + n), 12, '0') || '70008' || substr(md5(n::text), 1, 15))::uuid id, n,
        user0 + WHOSE AS user_id, provider1 + n / 200 % 5 AS provider_id,
        now() - (ITEMS - n) * interval '1 second' AS published
    FROM generate_series(1, ITEMS) n, (SELECT min(id) user0 FROM accounts_user) u,
        (SELECT min(id) provider1 FROM notifcenter_provider WHERE code LIKE 'provider%') p"""

NOTIFICATIONS = """
INSERT INTO notifcenter_notification (id, provider_id, kind, header, text, details, request_id, created_at)
    SELECT id, provider_id, 'call', 'Telephony', 'A call from +79991234567', '{}', '', published FROM said"""

PLACED = """
INSERT INTO notifcenter_inboxitem (user_id, notification_id, provider_id, position, silent, read_at)
    SELECT user_id, id, provider_id, row_number() OVER (PARTITION BY user_id ORDER BY n), false,
        CASE WHEN n % 3 > 0 THEN now() END
    FROM said ORDER BY n"""

CENTRES = """
INSERT INTO notifcenter_inbox (user_id, revision, unread)
    SELECT user_id, max(position), count(*) FILTER (WHERE read_at IS NULL)
    FROM notifcenter_inboxitem GROUP BY user_id"""

SHOWN = """
INSERT INTO notifcenter_delivery (notification_id, user_id, channel, device, state, reason, urgent, attempts,
        created_at, finished_at)
    SELECT id, user_id, 'interface', 0, 'sent', 'always', true, 0, published, published FROM said"""

TABLES = ("notifcenter_notification", "notifcenter_inboxitem", "notifcenter_delivery")


def indexed_after(statements: list[str], tables: Sequence[str] = TABLES) -> list[str]:
    """These statements, which fill those tables, and the indexes made when they are full; foreign keys, which are
    right, are not looked up."""
    return [
        "SET session_replication_role = replica",
        "SET maintenance_work_mem = '1GB'",
        "SET work_mem = '1GB'",
        "UPDATE pg_index SET indisready = false, indisvalid = false"
        f" WHERE indrelid = ANY ('{{{','.join(tables)}}}'::regclass[])",
        *statements,
        *(f"REINDEX TABLE {table}" for table in tables),
        "SET session_replication_role = origin",
        "VACUUM ANALYZE",
        "CHECKPOINT",
    ]


def stored(items: int, whose: str) -> list[str]:
    """The statements that store so many items; ``whose`` says in SQL how many people after the first one item ``n``
    goes to."""
    said = SAID.replace("ITEMS", str(items)).replace("WHOSE", whose)
    return [PROVIDERS, said, NOTIFICATIONS, PLACED, CENTRES]
