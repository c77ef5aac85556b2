"""One publication over REST without any server: one process on SQLite, its worker and scheduler running.

Beside it a bare loop in Python that writes the same rows in one transaction, without HTTP and with nothing
checked; ``notify.send`` of django-notifications-hq behind a view that checks nothing either and writes one row, under
granian, with the same journal; and the servers of ``push_servers``, which write one row and know one reader. Everybody
reads mail by the daily digest, so that nothing is sent meanwhile. All by 8 connections.

The journal is synced at every commit (``FULL``) where the product has that setting, and then ``NORMAL`` is a row, too;
it is asked what it does. The push servers always sync.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench.peers.hq_environment import MISSING, hq_server
from bench.peers.push_servers import GOTIFY, PushServer, beside_push_servers
from bench.tools.http_load import Done, load
from bench.tools.pages import publication
from bench.tools.same_rows import insert_deliveries, newest_deliveries
from bench.tools.servers import Stage, stage
from bench.tools.table import Row
from tests.processes import free_port

PEOPLE, CALLS, CONNECTIONS = 1000, 1500, 8
LEVELS = ("FULL", "NORMAL")
ASK_LEVEL = "from django.db import connection as c; print(c.cursor().execute('PRAGMA synchronous').fetchone()[0])"
CODES = {"1": "NORMAL", "2": "FULL"}
GOALS = {False: 1.3, True: 0.33}
"""Beside Gotify, by whether it has its write-ahead log."""

SAME_ROWS = [
    """INSERT INTO notifcenter_idempotencykey (provider_id, key, fingerprint, answer, created_at)
    VALUES (:provider, :id, :id, '{"recipients": 1}', :now)""",
    """INSERT INTO notifcenter_notification (id, provider_id, kind, header, text, details, request_id, created_at)
    VALUES (:id, :provider, 'call', 'Telephony', 'A call', '{"from": "+79990000001"}', '', :now)""",
    """INSERT INTO notifcenter_inbox (user_id, revision, unread) VALUES (:who, 1, 1)
    ON CONFLICT (user_id) DO UPDATE SET revision = revision + 1, unread = unread + 1""",
    """INSERT INTO notifcenter_inboxitem (user_id, notification_id, provider_id, position, silent)
    SELECT user_id, :id, :provider, revision, false FROM notifcenter_inbox WHERE user_id = :who""",
]


def run() -> list[Row]:
    """Publications a second, and the milliseconds of the slowest of a hundred."""
    with stage() as made:
        token = made.seed(PEOPLE, daily=True)
        figures = {level: _ours(made, token) for level in _levels(made)}
        level, ours = next(iter(figures.items()))
        question = f"publications a second over REST, one process, SQLite {level}"
        bare = _bare(made.folder / "data" / "db.sqlite3", level)
        rows = [*_hq(made, question, level, ours), *_pushed(made, question, ours)]
    others = [Row(question, ours.rate, f"the same {name}", each.rate) for name, each in figures.items()]
    return [*rows, Row(question, ours.rate, "sqlite3 in a bare loop, the same rows", bare), *others[1:]]


def _levels(made: Stage) -> Iterator[str]:
    """Those of ``LEVELS`` that the product takes from its environment, or the one that it has; sets each."""
    for level in LEVELS:
        made.env["SQLITE_SYNCHRONOUS"] = level
        if CODES[made.manage("shell", "-v0", "-c", ASK_LEVEL).split()[-1]] == level:
            yield level


def _ours(made: Stage, token: str) -> Done:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"{uuid4()} {{n}}"}
    done = _rest(made.one_process(), "/api/v1/notifications/", headers)
    made.clear()
    return done


def _rest(ports: list[int], path: str, headers: dict[str, str]) -> Done:
    return _load(ports, path, headers, lambda n: publication(f"user{n % PEOPLE}"))


def _load(ports: list[int], path: str, headers: dict[str, str], body: Callable[[int], Any]) -> Done:
    bodies = [body(n) for n in range(CALLS)]
    warm = {name: value.replace("{n}", "warm {n}") for name, value in headers.items()}
    load(ports, path, warm, bodies[: CALLS // 4], connections=CONNECTIONS)
    return load(ports, path, headers, bodies, connections=CONNECTIONS)


def _pushed(made: Stage, question: str, ours: Done) -> Iterator[Row]:
    def measured(server: PushServer, label: str) -> list[Row]:
        peer = _load([server.port], server.path, server.headers, lambda n: server.body("A call"))
        goal = GOALS[server.wal] if server.name == GOTIFY.name else 0
        return [
            Row(question, ours.rate, label, peer.rate, goal, short=bool(goal)),
            Row(f"{question}: p99", ours.p99, label, peer.p99, unit="ms", smaller=True),
        ]

    yield from beside_push_servers(made, question, measured)


def _bare(file: Path, level: str) -> float:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute(f"PRAGMA synchronous={level}")
    people = [pk for (pk,) in connection.execute("SELECT id FROM accounts_user LIMIT ?", [PEOPLE])]
    [(provider,)] = connection.execute("SELECT id FROM notifcenter_provider WHERE code = 'telephony'")
    deliveries = insert_deliveries(newest_deliveries(connection), ":id", ":who", ":now")
    begun = time.perf_counter()
    for number in range(CALLS):
        now = time.strftime("%Y-%m-%d %H:%M:%S")
        values = {"id": uuid4().hex, "who": people[number % PEOPLE], "provider": provider, "now": now}
        connection.execute("BEGIN IMMEDIATE")
        for statement in (*SAME_ROWS, deliveries):
            connection.execute(statement, values)
        connection.execute("COMMIT")
    rate = CALLS / (time.perf_counter() - begun)
    connection.close()
    return rate


def _hq(made: Stage, question: str, level: str, ours: Done) -> list[Row]:
    command, label = hq_server("bench.peers.hq_view:application"), "django-notifications-hq behind a view, one row"
    if not command:
        return [Row(question, left_out=MISSING)]
    file = str(made.folder / "peer.sqlite3")
    environ = {"PEER_DATABASE": file, "PEER_SYNCHRONOUS": level, "PEER_PEOPLE": str(PEOPLE)}
    port = made.serve(command, environ | {"GRANIAN_PORT": str(free_port())})
    peer = _rest([port], "/publish/", {})
    made.clear()
    return [
        Row(question, ours.rate, label, peer.rate, 0.9, short=True),
        Row(f"{question}: p99", ours.p99, label, peer.p99, unit="ms", smaller=True),
    ]
