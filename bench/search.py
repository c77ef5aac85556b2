"""A search through somebody's 50,000 items in a table of a million, on both databases, beside a plain ILIKE.

Ours is a page of 50 with everything that it shows, or the counts of all that match; the peer looks for the same letters
in header and text of the person's notifications, and gives their ids. What nobody has is the worst case of both: it is
looked for in all 50,000. ``ITEMS=10000000`` asks for a larger table.
"""

import json
import os
from collections.abc import Iterator
from functools import reduce
from pathlib import Path

from bench.tools.machine import folder
from bench.tools.servers import start_postgres
from bench.tools.table import Row
from notifcenter.inbox.search import encoded
from tests.processes import NOTIFCENTER
from tests.processes import run as run_command

ITEMS, MATCHING, LIMIT = int(os.environ.get("ITEMS", 1_000_000)), 50_000, 100
REPETITIONS = 3
QUOTE = "'"
NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {items})"
PHONE = "(9000000000 + CAST(n AS BIGINT) * 7919 % 999999937)"
ENCODED = reduce(
    lambda sql, digit: f"replace({sql}, '{digit}', '{encoded(digit).replace(QUOTE, QUOTE * 2)}')",
    "0123456789",
    f"('7' || {PHONE})",
)
SEARCHED = f"{ENCODED} || '| telephony a call from 7' || {PHONE} || ' about the order of somebody ' || n % 1000"
FILL = [
    "INSERT INTO notifcenter_settledchannels (id, text) VALUES (1000, 'interface=always email=no_address')",
    f"""
INSERT INTO notifcenter_notification
        (id, provider_id, kind, header, text, details, request_id, created_at, search)
    {NUMBERS} SELECT {{id}}, 1, 'call', 'Telephony',
        'A call from +7' || {PHONE} || ' about the order of somebody ' || n % 1000,
        '{{{{}}}}', '', '2026-01-01 00:00:00', {SEARCHED} FROM numbers""",
    f"""
INSERT INTO notifcenter_inboxitem (
        user_id, notification_id, provider_id, position, silent, settled_id, kind, category, published_at, missed,
        search
    )
    {NUMBERS} SELECT CASE WHEN n % {{apart}} = 0 THEN 1 ELSE 2 + n % 1000 END, {{id}}, 1, n, {{false}},
        1000, 'call', '', '2026-01-01 00:00:00', {{false}}, {SEARCHED} FROM numbers""",
]
MIX = "CAST(n AS BIGINT) * 48271 % 2147483647"
DIALECTS = {
    "PostgreSQL": {
        "id": f"(lpad(to_hex(n), 12, '0') || '70008' || lpad(to_hex({MIX}), 15, '0'))::uuid",
        "false": "false",
    },
    "SQLite": {"id": f"printf('%012x70008%015x', n, {MIX})", "false": "0"},
}
SCRIPT = """
import json, sys, time
from statistics import median
from django.db import connection
from accounts.models import User
from notifcenter.inbox.filter import Filter, Search
from notifcenter.inbox.pages import Centre
from notifcenter.inbox.search import Query
PLAIN = '''SELECT item.notification_id FROM notifcenter_inboxitem item
    JOIN notifcenter_notification n ON n.id = item.notification_id
    WHERE item.user_id = 1 AND item.deleted_at IS NULL AND (n.header {like} %s OR n.text {like} %s)
    ORDER BY item.position DESC LIMIT 50'''

def milliseconds(call):
    timings = []
    for _ in range(9):
        began = time.perf_counter()
        call()
        timings.append(1000 * (time.perf_counter() - began))
    return median(timings[3:])

def plain(letters):
    with connection.cursor() as cursor:
        like = "ILIKE" if connection.vendor == "postgresql" else "LIKE"
        cursor.execute(PLAIN.format(like=like), [f"%{letters}%"] * 2)
        return cursor.fetchall()

def ours(text):
    return Centre(1, Filter(search=Search(Query.parse(text), {"call": "Call"}, {1: "Telephony"})))

def measured():
    for name, text in [("a word nobody has", "xyz"), ("a number nobody has", "0000000000"), ("a word of all", "order")]:
        yield [name, milliseconds(lambda: ours(text).page(limit=50)), milliseconds(lambda: plain(text))]
    yield ["the counts of a word of all", milliseconds(lambda: ours("order").counts()), 0]

if FILL:
    User.objects.bulk_create(User(id=n, username=f"user{n}") for n in range(1, 1002))
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
print(json.dumps(list(measured())))
"""


def runs() -> list[list[Row]]:
    """Milliseconds."""
    with folder() as place:
        server = start_postgres(place, maintenance_work_mem="512MB", max_wal_size="8GB")
        try:
            urls = {"PostgreSQL": server.new_database("search"), "SQLite": ""}
            for dialect, url in urls.items():
                _ask(place, dialect, url, fill=True)
            return [
                [row for dialect, url in urls.items() for row in _rows(place, dialect, url)]
                for _repetition in range(REPETITIONS)
            ]
        finally:
            server.stop()


def _rows(place: Path, dialect: str, url: str) -> Iterator[Row]:
    for name, ours, peer in _ask(place, dialect, url, fill=False):
        question = f"{dialect}, {MATCHING:,} of {ITEMS:,} items: {name}"
        if peer:
            yield Row(question, ours, "ILIKE", peer, 1, unit="ms", smaller=True)
        yield Row(f"{question}: within", ours, "limit", LIMIT, 1, unit="ms", smaller=True)


def _ask(place: Path, dialect: str, url: str, *, fill: bool) -> list[tuple[str, float, float]]:
    """[(question, milliseconds of ours, of the peer)]."""
    env = {"DATA_DIR": str(place / dialect), "LOG_LEVEL": "ERROR"} | ({"DATABASE_URL": url} if url else {})
    values = DIALECTS[dialect] | {"items": ITEMS, "apart": ITEMS // MATCHING}
    statements = [statement.format(**values) for statement in FILL] if fill else []
    if fill:
        assert run_command([NOTIFCENTER, "migrate", "-v0"], **env).returncode == 0
    done = run_command([NOTIFCENTER, "shell", "-v0", "-c", f"FILL = {statements!r}\n{SCRIPT}"], **env)
    assert done.returncode == 0, done.stderr
    answer: list[tuple[str, float, float]] = json.loads(done.stdout.splitlines()[-1])
    return answer
