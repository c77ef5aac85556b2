"""The latest 50 of somebody's 50,000 items: one process on SQLite, beside Gotify with as many messages.

Ours answers with everything that a page shows: state of reading, provider, rendered rows; Gotify with the text. Each
answer is 50 items of JSON; one call after another over one connection.
"""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import httpx
from uuid6 import uuid7

from bench.peers.push_servers import GOTIFY, PushServer, beside_push_servers
from bench.tools.pages import people, publication
from bench.tools.servers import stage
from bench.tools.sockets import Crowd, get
from bench.tools.table import Row
from tests.product import start_product

ITEMS, PAGE, CALLS = 50_000, 50, 60
QUESTION = f"the latest {PAGE} of {ITEMS:,} items, one process on SQLite"
MESSAGE = "INSERT INTO messages (application_id, message, title, priority, extras, date) VALUES (1, ?, ?, 0, ?, ?)"
EXTRAS = b'{"call::from": {"number": "+79990000001"}}'


def run() -> list[Row]:
    """Milliseconds."""
    with stage() as made:
        ours = _ours(made.folder / "ours")

        def measured(server: PushServer, label: str) -> list[Row]:
            _fill_gotify(made.folder / f"gotify-{server.wal}" / "gotify.db")
            peer = _milliseconds(server.port, f"/message?limit={PAGE}", server.reader, "messages")
            return [Row(QUESTION, ours, label, peer, 0.33, unit="ms", smaller=True, short=not server.wal)]

        return list(beside_push_servers(made, QUESTION, measured, GOTIFY))


def _ours(place: Path) -> float:
    product = start_product(place, demo=False)
    try:
        [(_person, token)] = people(product, 1)
        provider = {"Authorization": f"Bearer {product.new_provider_token('telephony')}"}
        call = publication("user0")
        url = f"{product.base_url}/api/v1/notifications/"
        httpx.post(url, json=call, headers=provider, trust_env=False).raise_for_status()
        product.stop()
        _multiply(place / "db.sqlite3")
        product = start_product(place, demo=False)
        port = int(product.base_url.rpartition(":")[2])
        return _milliseconds(port, "/api/v1/inbox/", {"Authorization": f"Bearer {token}"}, "results")
    finally:
        product.kill()


def _multiply(file: Path) -> None:
    """Give the one reader of the one publication as many more like it as make ``ITEMS``."""
    with sqlite3.connect(file) as connection:
        connection.row_factory = sqlite3.Row
        keys = [(n, uuid7().hex) for n in range(2, ITEMS + 1)]
        _copies(connection, "notifcenter_notification", [{"id": key} for _n, key in keys])
        placed: list[dict[str, Any]] = [{"id": None, "notification_id": key, "position": n} for n, key in keys]
        _copies(connection, "notifcenter_inboxitem", placed)
        _copies(connection, "notifcenter_delivery", [{"id": None, "notification_id": key} for _n, key in keys])
        connection.execute("UPDATE notifcenter_inbox SET revision = ?, unread = ?", [ITEMS, ITEMS])
    connection.close()


def _copies(connection: sqlite3.Connection, table: str, changes: list[dict[str, Any]]) -> None:
    """Each row of a table again, once for each of the changes."""
    for template in map(dict, connection.execute(f"SELECT * FROM {table}").fetchall()):
        holders = ", ".join(f":{name}" for name in template)
        names = ", ".join(f'"{name}"' for name in template)
        connection.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({holders})", (template | change for change in changes)
        )


def _fill_gotify(file: Path) -> None:
    with sqlite3.connect(file, timeout=30) as connection:
        connection.executemany(MESSAGE, _messages())
    connection.close()


def _messages() -> Iterator[tuple[Any, ...]]:
    for n in range(ITEMS):
        day, second = divmod(n, 86_400)
        yield "A call", "Telephony", EXTRAS, f"2026-01-{day + 1:02} {second // 3600:02}:{second // 60 % 60:02}:00+00:00"


def _milliseconds(port: int, path: str, headers: dict[str, str], name: str) -> float:
    """The median of a call whose answer has a page of items under that name."""
    answer = httpx.get(f"http://127.0.0.1:{port}{path}", headers=headers, trust_env=False).raise_for_status()
    assert len(json.loads(answer.text)[name]) == PAGE, answer.text[:500]
    with Crowd() as crowd:
        timings = crowd.send(port, [get(path, headers)] * CALLS)
    return 1000 * median(each.answered for each in timings[CALLS // 3 :])
