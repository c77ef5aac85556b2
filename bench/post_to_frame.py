"""From a POST to its frame at a page: one process with one page open, one call after another.

``bin/notifcenter up`` on SQLite, worker and scheduler running, which stores the notification, its item, the inbox and
the deliveries. Beside it a bare ASGI application under the same uvicorn that stores one row and pushes one frame
(``bare_asgi``), and the servers of ``push_servers``, which store one row. The same client makes the calls and listens.
"""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.peers.push_servers import GOTIFY, PushServer, beside_push_servers
from bench.tools.machine import listens
from bench.tools.pages import endpoints, people
from bench.tools.servers import stage
from bench.tools.sockets import Crowd, Endpoint, http
from bench.tools.table import Row
from tests.processes import PYTHON, Process, free_port, wait_until
from tests.product import start_product

CALLS = 300
QUESTION = "POST to frame, one process, the median"
TEXTS = [f"call {n};" for n in range(CALLS)]


def run() -> list[Row]:
    """Milliseconds."""
    with stage() as made:
        ours = _ours(made.folder / "ours")
        bare = _bare(made.folder)

        def measured(server: PushServer, label: str) -> list[Row]:
            return [
                Row(QUESTION, ours, label, _pushed(server), unit="ms", smaller=True, short=server.name == GOTIFY.name)
            ]

        pushed = list(beside_push_servers(made, QUESTION, measured))
    return [
        Row(QUESTION, ours, "a bare uvicorn app, one row", bare, 0.25, unit="ms", smaller=True, short=True),
        *pushed,
    ]


def _ours(place: Path) -> float:
    product = start_product(place, demo=False)
    try:
        [(person, token)] = people(product, 1)
        provider = product.new_provider_token("telephony")
        bodies = [{"kind": "call", "recipients": [person], "text": text} for text in TEXTS]
        port = int(product.base_url.rpartition(":")[2])
        [page] = endpoints([(person, token)], [port])
        return _milliseconds(page, "/api/v1/notifications/", {"Authorization": f"Bearer {provider}"}, bodies)
    finally:
        product.kill()


def _bare(place: Path) -> float:
    port = free_port()
    command = [PYTHON, "-m", "uvicorn", "--port", str(port), "--log-level", "warning", "bench.peers.bare_asgi:app"]
    process = Process(command, place / "bare.log", BARE_DATABASE=str(place / "bare.sqlite3"))
    try:
        wait_until(lambda: listens(port), 30, "the bare application")
        return _milliseconds(Endpoint(port, "/"), "/", {}, TEXTS)
    finally:
        process.kill()


def _pushed(server: PushServer) -> float:
    return _milliseconds(server.page, server.path, server.headers, [server.body(text) for text in TEXTS])


def _milliseconds(page: Endpoint, path: str, headers: dict[str, str], bodies: Sequence[Any]) -> float:
    """The median from the call until a page has the frame with its text."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    raw = [json.dumps(body).encode() for body in bodies]
    calls = [http(path, lines, body, text.encode(), 1) for body, text in zip(raw, TEXTS, strict=True)]
    with Crowd() as crowd:
        crowd.open([page])
        time.sleep(1)
        timings = crowd.send(page.place, calls)
    assert all(each.listeners == 1 for each in timings), "a frame was lost"
    return 1000 * median(each.heard for each in timings)
