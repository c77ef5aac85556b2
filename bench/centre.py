"""Somebody's centre of 50,000 items in a table of ten million: pages near the top and deep, the unread count.

Both sides are served by granian on the same PostgreSQL, each with ten million items of 1,001 people, the 50,000 spread
over the whole table; the caller is signed in, and a page has 50. The peer is django-notifications-hq, its own views
unchanged: the list as JSON for the first page, its paged list at page 500 (the JSON one knows no pages), and its count.
It needs an older Django, so it gets an environment of its own; without a package index its rows are left out.

The buffers are those of EXPLAIN (ANALYZE, BUFFERS) over every statement of the call that reads the centre.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.tools.sockets import Call, Crowd
from bench.tools.stored_items import indexed_after, stored
from bench.tools.table import folder, row
from tests.processes import PYTHON, Process, free_port, wait_until
from tests.processes import run as run_command
from tests.servers import Postgres, postgres_binaries

ITEMS, APART, OTHERS, DEEP, CALLS, LIMIT = 10_000_000, 200, 1000, 500, 60, 40
PACKAGES = ["django-notifications-hq==1.8.3", "Django<5.1", "psycopg[binary]", "granian", "setuptools"]

PEOPLE = """
INSERT INTO accounts_user (username, password, first_name, last_name, email, is_superuser, is_staff, is_active,
        date_joined, language, timezone, receive_notifications, quiet_while_active, mail_blocked, mail_off)
    SELECT 'user' || n, '', '', '', '', false, false, true, now(), 'en', 'UTC', true, false, '', false
    FROM generate_series(0, {others}) n"""
REPETITIONS = 3
WHOSE = "CASE WHEN n % {apart} = 0 THEN 0 ELSE 1 + n % {others} END"


@dataclass
class Side:
    """What serves, and what is asked of it."""

    place: Path
    command: list[str]
    paths: dict[str, str]
    headers: dict[str, str]
    env: dict[str, str]


def runs() -> list[list[dict[str, Any]]]:
    """Milliseconds a call, and buffers."""
    with folder() as place:
        binaries = postgres_binaries()
        assert binaries, "PostgreSQL is missing"
        server = Postgres(place / "postgres", binaries)
        try:
            ours = _ours(place, server.new_database("ours"))
            peer = _peer(place, server.new_database("peer"))
            os.sync()  # the disk is done with what was filled in
            return [_rows(ours, peer) for _repetition in range(REPETITIONS)]
        finally:
            server.stop()


def _rows(ours: Side, peer: Side | None) -> list[dict[str, Any]]:
    size, buffers = f"{ITEMS // APART:,} of {ITEMS:,} items", _buffers_of(ours)
    times, peers = _times(ours), _times(peer) if peer else {}
    rows = [
        row(f"centre, {size}: {name}, ms; hq's beside it", times[name], peers[name], 8, smaller=True) for name in peers
    ] or [row("django-notifications-hq cannot be installed here: its rows are left out", 1, 1, 0)]
    return rows + [
        row(f"centre: {name}, buffers; the limit beside it", number, LIMIT, 1, smaller=True)
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
        for statement in (PEOPLE.format(others=OTHERS), *indexed_after(filling)):
            cursor.execute(statement)
    headers = {"Authorization": f"Bearer {mint_for_user(User.objects.get(username='user0'))}"}
    paths = {
        "first page": "/api/v1/inbox/",
        f"page {DEEP}": f"/api/v1/inbox/?cursor={_cursor(ITEMS // APART - (DEEP - 1) * 50)}",
        "unread count": "/api/v1/inbox/summary/",
        "one provider's page": "/api/v1/inbox/?provider=provider3",
        "page of a provider that never wrote": "/api/v1/inbox/?provider=provider6",
    }
    env = {"DATABASE_URL": url, "DATA_DIR": str(place / "data"), "LOG_LEVEL": "ERROR"}
    return Side(place, _granian(PYTHON, "notifcenter.config.wsgi:application"), paths, headers, env)


def _cursor(position: int) -> str:
    import base64

    return base64.urlsafe_b64encode(f"n{position + 1}".encode()).rstrip(b"=").decode()


def _buffers_of(ours: Side) -> dict[str, int]:
    return {name: _buffers(path, ours.headers) for name, path in ours.paths.items()}


def _buffers(path: str, headers: dict[str, str]) -> int:
    from django.db import connection
    from django.test import Client

    asked: list[Any] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = Client().get(path, headers=headers, HTTP_HOST="127.0.0.1")
    assert answer.status_code == 200, answer.content
    return sum(_explained(sql, params) for sql, params in asked if "notifcenter_inbox" in sql)


def _explained(sql: str, params: Any) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0][0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def _peer(place: Path, url: str) -> Side | None:
    python = place / "hq" / "bin" / "python"
    made = subprocess.run([sys.executable, "-m", "venv", str(place / "hq")], capture_output=True)
    install = [str(python), "-m", "pip", "install", "--quiet", *PACKAGES]
    if made.returncode or subprocess.run(install, capture_output=True).returncode:
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
    return Side(place, _granian(str(python), "bench.peers.hq_centre:application"), paths, cookie, {"DATABASE_URL": url})


def _granian(python: str, application: str) -> list[str]:
    return [python, "-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "8", application]


def _times(side: Side) -> dict[str, float]:
    port = free_port()
    process = Process([*side.command, "--port", str(port)], side.place / "server.log", **side.env)
    try:
        with Crowd() as crowd:
            wait_until(lambda: _listens(port), 30, "the server")
            return {name: _milliseconds(crowd, port, path, side.headers) for name, path in side.paths.items()}
    finally:
        process.kill()


def _milliseconds(crowd: Crowd, port: int, path: str, headers: dict[str, str]) -> float:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    call = Call(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n".encode())
    told = crowd.say(port, [call] * CALLS)
    return 1000 * median(each.answered for each in told[CALLS // 3 :])


def _listens(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    for repetition in runs():
        print(*map(json.dumps, repetition), sep="\n")
