"""One process: how soon it is ready, what it costs while nothing happens, and how long a frame takes to its page.

``manage.py up`` as ``make run`` starts it, worker and scheduler included, on SQLite. The peers: ``manage.py check``,
which only loads the product; the limits named in the table; and for the frame a bare ASGI application under the same
uvicorn that stores one row and pushes one frame (``bare_asgi.py``), while ours stores the notification, its item, the
centre and a delivery for each channel.
"""

import json
import os
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.tools.sockets import Crowd, Door, http
from bench.tools.table import folder, memory, people, row
from tests.processes import PYTHON, Process, free_port, wait_until
from tests.processes import run as run_command
from tests.product import Product, start_product

REST, SECONDS, CALLS = 5, 60, 300
IDLE_LIMIT, MEMORY_LIMIT = 0.5, 100


def run() -> list[dict[str, Any]]:
    """Seconds, per cent, megabytes, milliseconds."""
    with folder() as place:
        fresh = _started(place)[0]
        checked = _checked(place)
        ready, product = _started(place)
        try:
            idle, held = _idle(product.processes[0].pid)
            frame = _frame(product)
        finally:
            product.kill()
        bare = _bare(place)
    return [
        row(
            "one process: seconds from start to ready (manage.py check; at most 2 x)", ready, checked, 0.5, smaller=True
        ),
        row("the same for the first time, all tables to be made", fresh, checked, 0, smaller=True),
        row("one process: % of a core while idle (the limit beside it)", idle, IDLE_LIMIT, 1, smaller=True),
        row("one process: MB resident while idle (the limit beside it)", held, MEMORY_LIMIT, 1, smaller=True),
        row("one process: ms from POST to frame (a bare app; at most 4 x)", frame, bare, 0.25, smaller=True),
    ]


def _started(place: Path) -> tuple[float, Product]:
    begun = time.perf_counter()
    product = start_product(place, demo=False)
    took = time.perf_counter() - begun
    if not (place / "once").exists():
        (place / "once").touch()
        product.kill()
    return took, product


def _checked(place: Path) -> float:
    begun = time.perf_counter()
    assert run_command([NOTIFCENTER, "check"], DATA_DIR=str(place)).returncode == 0
    return time.perf_counter() - begun


def _idle(pid: int) -> tuple[float, float]:
    time.sleep(REST)
    before = _cpu(pid)
    time.sleep(SECONDS)
    return max(_cpu(pid) - before, 0.01) / SECONDS * 100, memory(pid)


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _frame(product: Product) -> float:
    [(person, token)] = people(product, 1)
    provider = product.new_provider_token("telephony")
    bodies = [json.dumps({"kind": "call", "recipients": [person], "text": f"call {n};"}) for n in range(CALLS)]
    calls = [_call("/api/v1/notifications/", provider, body, n) for n, body in enumerate(bodies)]
    port = int(product.base_url.rpartition(":")[2])
    return _milliseconds(port, Door(port, "/ws/live/", f"Sec-WebSocket-Protocol: bearer.{token}\r\n"), calls)


def _bare(place: Path) -> float:
    port = free_port()
    command = [PYTHON, "-m", "uvicorn", "--port", str(port), "--log-level", "warning", "bench.peers.bare_asgi:app"]
    process = Process(command, place / "bare.log", BARE_DATABASE=str(place / "bare.sqlite3"))
    try:
        wait_until(lambda: _listens(port), 30, "the bare application")
        calls = [_call("/", "", f"call {n};", n) for n in range(CALLS)]
        return _milliseconds(port, Door(port, "/"), calls)
    finally:
        process.kill()


def _call(path: str, token: str, body: str, number: int) -> Any:
    return http(path, token, body.encode(), f"call {number};".encode(), 1)


def _milliseconds(port: int, door: Door, calls: list[Any]) -> float:
    with Crowd() as crowd:
        crowd.open([door])
        time.sleep(1)
        told = crowd.say(port, calls)
    assert all(each.listeners == 1 for each in told), "a frame was lost"
    return 1000 * median(each.heard for each in told)


def _listens(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    for line in run():
        print(line)
