"""Somebody's centre of 50,000 items in a table of ten million: pages near the top and deep, the unread count.

Both sides are served by granian on the same PostgreSQL, each with ten million items of 1,001 people, the 50,000 spread
over the whole table; the caller is signed in, and a page has 50. The peer is django-notifications-hq, its own views
unchanged: the list as JSON for the first page, its paged list at page 500 (the JSON one knows no pages), and its count.
It needs an older Django, so it gets an environment of its own; without a package index its rows are left out.

The buffers are those of EXPLAIN (ANALYZE, BUFFERS) over every statement of the call that reads the centre.
"""

import base64
import os
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.peers.hq_environment import MISSING, hq_python, hq_server, wsgi_server
from bench.tools.machine import folder, listens
from bench.tools.servers import start_postgres
from bench.tools.sockets import Crowd, get
from bench.tools.stored_items import indexed_after, people_rows, stored
from bench.tools.table import Row
from tests.processes import PYTHON, Process, free_port, wait_until
from tests.processes import run as run_command

ITEMS, APART, OTHERS, DEEP, CALLS, LIMIT = 10_000_000, 200, 1000, 500, 60, 40

REPETITIONS = 3
SHORT = ("first page", "unread count")
WHOSE = "CASE WHEN n % {apart} = 0 THEN 0 ELSE 1 + n % {others} END"


@dataclass
class Side:
    """What serves, and what is statements of it."""

    place: Path
    command: list[str]
    paths: dict[str, str]
    headers: dict[str, str]
    env: dict[str, str]


def runs() -> list[list[Row]]:
    """Milliseconds a call, and buffers."""
    with folder() as place:
        server = start_postgres(place)
        try:
            ours = _ours(place, server.new_database("ours"))
            peer = _peer(place, server.new_database("peer"))
            os.sync()  # the disk is done with what was filled in
            return [_rows(ours, peer) for _repetition in range(REPETITIONS)]
        finally:
            server.stop()


def _rows(ours: Side, peer: Side | None) -> list[Row]:
    question, buffers = f"the centre, {ITEMS // APART:,} of {ITEMS:,} items", _buffers_of(ours)
    times = _times(ours)
    rows = [Row(question, left_out=MISSING)]
    if peer:
        goals = dict.fromkeys(times, 8) | {"unread count": 10}
        rows = [
            Row(
                f"{question}: {name}",
                times[name],
                "hq",
                peer_time,
                goals[name],
                unit="ms",
                smaller=True,
                short=name in SHORT,
            )
            for name, peer_time in _times(peer).items()
        ]
    return rows + [
        Row(f"the centre: {name}: buffers read", number, "limit", LIMIT, 1, smaller=True)
        for name, number in buffers.items()
    ]


def _ours(place: Path, url: str) -> Side:
    os.environ |= {
        "DATABASE_URL": url,
        "DATA_DIR": str(place / "data"),
        "DJANGO_SETTINGS_MODULE": "notifcenter.config.settings",
    }
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from accounts.models import User
    from accounts.tokens import mint_for_user

    call_command("migrate", verbosity=0)
    filling = stored(ITEMS, WHOSE.format(apart=APART, others=OTHERS))
    with connection.cursor() as cursor:
        for statement in (people_rows(0, OTHERS), *indexed_after(filling)):
            cursor.execute(statement)
    headers = {"Authorization": f"Bearer {mint_for_user(User.objects.get(username='user0'))}"}
    env = {"DATABASE_URL": url, "DATA_DIR": str(place / "data"), "LOG_LEVEL": "ERROR"}
    return Side(place, wsgi_server(PYTHON, "notifcenter.config.wsgi:application"), _paths(), headers, env)


def _paths() -> dict[str, str]:
    return {
        "first page": "/api/v1/inbox/",
        f"page {DEEP}": f"/api/v1/inbox/?cursor={_cursor(ITEMS // APART - (DEEP - 1) * 50)}",
        "unread count": "/api/v1/inbox/summary/",
        "one provider's page": "/api/v1/inbox/?provider=provider3",
        "page of a provider that never wrote": "/api/v1/inbox/?provider=provider6",
    }


def _cursor(position: int) -> str:
    return base64.urlsafe_b64encode(f"n{position + 1}".encode()).rstrip(b"=").decode()


def _buffers_of(ours: Side) -> dict[str, int]:
    return {name: _buffers(path, ours.headers) for name, path in ours.paths.items()}


def _buffers(path: str, headers: dict[str, str]) -> int:
    from django.db import connection
    from django.test import Client

    statements: list[Any] = []

    def note(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = Client().get(path, headers=headers, HTTP_HOST="127.0.0.1")
    assert answer.status_code == 200, answer.content
    return sum(_explained(sql, params) for sql, params in statements if "notifcenter_inbox" in sql)


def _explained(sql: str, params: Any) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0][0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def _peer(place: Path, url: str) -> Side | None:
    python, command = hq_python(), hq_server("bench.peers.hq_centre:application")
    if not python or not command:
        return None
    fill = f"from bench.peers.hq_centre import fill; print(fill({ITEMS}, {APART}, {OTHERS}))"
    filled = run_command([str(python), "-c", fill], DATABASE_URL=url)
    assert filled.returncode == 0, filled.stderr
    paths = {
        "first page": "/api/all_list/?max=50",
        f"page {DEEP}": f"/?page={DEEP}",
        "unread count": "/api/unread_count/",
    }
    cookie = {"Cookie": f"sessionid={filled.stdout.split()[-1]}"}
    return Side(place, command, paths, cookie, {"DATABASE_URL": url})


def _times(side: Side) -> dict[str, float]:
    port = free_port()
    process = Process([*side.command, "--port", str(port)], side.place / "server.log", **side.env)
    try:
        with Crowd() as crowd:
            wait_until(lambda: listens(port), 30, "the server")
            return {name: _milliseconds(crowd, port, path, side.headers) for name, path in side.paths.items()}
    finally:
        process.kill()


def _milliseconds(crowd: Crowd, port: int, path: str, headers: dict[str, str]) -> float:
    timings = crowd.send(port, [get(path, headers)] * CALLS)
    return 1000 * median(each.answered for each in timings[CALLS // 3 :])
