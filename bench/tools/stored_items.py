"""A store of many people and items, written by PostgreSQL itself: calls a second apart, two of three read.

They come from five providers; a sixth never published anything.
"""

from collections.abc import Sequence

from bench.tools.same_rows import COLUMNS, DeliveryRow

PROVIDERS = """
INSERT INTO notifcenter_provider (code, name, icon, description, manifest, created_at)
    SELECT 'provider' || n, 'Provider ' || n, '', '', '{}', now() FROM generate_series(1, 6) n"""

PEOPLE = """
INSERT INTO accounts_user (username, password, first_name, last_name, email, is_superuser, is_staff, is_active,
        date_joined, language, timezone, receive_notifications, quiet_while_active, mail_blocked, mail_off)
    SELECT 'user' || n, '', '', '', '', false, false, true, now(), 'en', 'UTC', true, false, '', false
    FROM generate_series({first}, {last}) n"""

PUBLISHED = """
CREATE TEMP TABLE publications AS
    SELECT (lpad(to_hex(1700000000000 + n), 12, '0') || '70008' || substr(md5(n::text), 1, 15))::uuid id, n,
        user0 + WHOSE AS user_id, provider1 + n / 200 % 5 AS provider_id,
        now() - (ITEMS - n) * interval '1 second' AS published
    FROM generate_series(1, ITEMS) n, (SELECT min(id) user0 FROM accounts_user) u,
        (SELECT min(id) provider1 FROM notifcenter_provider WHERE code LIKE 'provider%') p"""

NOTIFICATIONS = """
INSERT INTO notifcenter_notification (id, provider_id, kind, header, text, details, request_id, created_at)
    SELECT id, provider_id, 'call', 'Telephony', 'A call from +79991234567', '{}', '', published FROM publications"""

PLACED = """
INSERT INTO notifcenter_inboxitem (user_id, notification_id, provider_id, position, silent, read_at)
    SELECT user_id, id, provider_id, row_number() OVER (PARTITION BY user_id ORDER BY n), false,
        CASE WHEN n % 3 > 0 THEN now() END
    FROM publications ORDER BY n"""

INBOXES = """
INSERT INTO notifcenter_inbox (user_id, revision, unread)
    SELECT user_id, max(position), count(*) FILTER (WHERE read_at IS NULL)
    FROM notifcenter_inboxitem GROUP BY user_id"""

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


def people_rows(first: int, last: int) -> str:
    """The statement that makes ``user<first>`` to ``user<last>``."""
    return PEOPLE.format(first=first, last=last)


def stored(items: int, whose: str) -> list[str]:
    """The statements that store so many items; ``whose`` says in SQL how many people after the first one item ``n``
    goes to."""
    publications = PUBLISHED.replace("ITEMS", str(items)).replace("WHOSE", whose)
    return [PROVIDERS, publications, NOTIFICATIONS, PLACED, INBOXES]


def delivered(planned: list[DeliveryRow]) -> str:
    """The statement, after those of ``stored``, that gives each item such deliveries, which have gone."""
    rows = ", ".join(each.finished().sql("id", "user_id", "published", "null::timestamptz") for each in planned)
    return f"""
INSERT INTO notifcenter_delivery ({COLUMNS})
    SELECT planned.* FROM publications, LATERAL (VALUES {rows}) planned"""
