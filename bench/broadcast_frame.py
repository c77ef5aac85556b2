"""One message to 5,000 open pages: when the last one has it, and what an idle page costs in memory.

The hub alone: the bus's message with all 5,000 people goes into Redis as the product puts it there, and two live
processes with 2,500 pages each push it. Beside it nchan, one nginx worker, one POST to a channel that all its pages
hear, a message of about the same size. The pages are the same asyncio sockets in a process of their own.
"""

import json
import shutil
from pathlib import Path
from statistics import median
from typing import Any

from bench.live import PAGES, TEXT, frame, open_pages, said
from bench.peers import nchan
from bench.tools.sockets import Crowd, Door, http, redis
from bench.tools.table import folder, memory, row
from tests.compose import Composed, start_composed
from tests.servers import Postgres, Redis, postgres_binaries

TIMES = 7
Figures = tuple[float, float]


def run() -> list[dict[str, Any]]:
    """Milliseconds until the last page has it; KB a page."""
    with folder() as place:
        last, page = _ours(place)
        if not nchan.is_there():
            return [row(nchan.MISSING, 1, 1, 0), row("KB of memory a page; the limit", page, 20, 1, smaller=True)]
        peer_last, peer_page = _peer(place)
    many = f"{PAGES:,} pages"
    return [
        row(f"one message to {many}, ms until the last has it; nchan", last, peer_last, 0.67, smaller=True),
        row(f"{many}: KB of memory a page; the limit beside it", page, 20, 1, smaller=True),
        row(f"{many}: KB of memory a page; nchan", page, peer_page, 0, smaller=True),
    ]


def _ours(place: Path) -> Figures:
    binaries, binary = postgres_binaries(), shutil.which("redis-server")
    assert binaries and binary, "PostgreSQL or Redis is missing"
    postgres, bus = Postgres(place / "postgres", binaries), Redis(place / "redis", binary)
    product = start_composed(place / "apart", postgres.new_database("live"), bus.url, LOG_LEVEL="ERROR")
    try:
        with Crowd() as crowd:
            empty = _held(product)
            made = open_pages(crowd, product, product.addresses["live"])
            page = (_held(product) - empty) * 1024 / PAGES
            places = [[[person, n + 1, 1, False] for person in made] for n in range(TIMES)]
            calls = [_call(n, places[n]) for n in range(TIMES)]
            return _last(crowd, bus.port, calls), page
    finally:
        product.kill()
        bus.stop()
        postgres.stop()


def _call(number: int, places: list[list[Any]]) -> Any:
    return redis("notifcenter:live", said(places, str(number)), f"{TEXT} {number};".encode(), PAGES)


def _peer(place: Path) -> Figures:
    server = nchan.Nchan(place / "nchan")
    try:
        with Crowd() as crowd:
            empty = memory(server.worker())
            crowd.open([Door(server.port, f"/pages/{n}") for n in range(PAGES)])
            page = (memory(server.worker()) - empty) * 1024 / PAGES
            body = json.dumps(frame(1, "x")).encode()
            marks = [b"call %d;" % n for n in range(TIMES)]
            return _last(crowd, server.port, [http("/say/all", "", body + mark, mark, PAGES) for mark in marks]), page
    finally:
        server.process.kill()


def _last(crowd: Crowd, port: int, calls: list[Any]) -> float:
    told = crowd.say(port, calls, 1)
    assert all(each.listeners == PAGES for each in told), [each.listeners for each in told]
    return 1000 * median(each.heard for each in told)


def _held(product: Composed) -> float:
    return sum(memory(process.pid) for process in product.running["live"])


if __name__ == "__main__":
    for line in run():
        print(line)
