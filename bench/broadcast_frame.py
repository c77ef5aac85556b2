"""One message to 5,000 open pages: when the last one has it, and what an idle page costs in memory.

The hub alone: the bus's message with all 5,000 people goes into Redis as the product puts it there, and two live
processes with 2,500 pages each push it. Beside it nchan and Centrifugo, one process, one POST to a channel that all its
pages hear, a message of about the same size. The pages are the same asyncio sockets in a process of their own.
"""

from pathlib import Path
from statistics import median

from bench.peers.socket_servers import SocketServer, beside_socket_servers
from bench.tools.machine import folder, memory
from bench.tools.pages import PAGES, bus_message, frame, open_pages, text
from bench.tools.servers import start_postgres, start_redis
from bench.tools.sockets import Call, Crowd, redis
from bench.tools.table import Row
from tests.compose import Composed, start_composed

TIMES, LIMIT = 7, 20
QUESTION, MEMORY = f"one message to {PAGES:,} pages, until the last has it", f"{PAGES:,} pages: memory a page"

Figures = tuple[float, float]
"""Milliseconds until the last page has it; KB a page."""


def run() -> list[Row]:
    """What a message and a page cost."""
    with folder() as place:
        last, page = _ours(place)

        def measured(server: SocketServer) -> list[Row]:
            peer_last, peer_page = _peer(server)
            first = server.label == "nchan"
            goal = 0.67 if first else 0
            return [
                Row(QUESTION, last, server.label, peer_last, goal, unit="ms", smaller=True, short=first),
                Row(MEMORY, page, server.label, peer_page, unit="KB", smaller=True),
            ]

        peers = list(beside_socket_servers(place, QUESTION, measured))
    return [*peers, Row(MEMORY, page, "limit", LIMIT, 1, unit="KB", smaller=True)]


def _ours(place: Path) -> Figures:
    postgres, bus = start_postgres(place), start_redis(place)
    product = start_composed(place / "apart", postgres.new_database("live"), bus.url, LOG_LEVEL="ERROR")
    try:
        with Crowd() as crowd:
            empty = _memory(product)
            people = open_pages(crowd, product, product.addresses["live"])
            page = (_memory(product) - empty) * 1024 / PAGES
            return _last(crowd, bus.port, [_announced(people, n) for n in range(TIMES)]), page
    finally:
        product.kill()
        bus.stop()
        postgres.stop()


def _announced(people: list[int], number: int) -> Call:
    return redis("notifcenter:live", bus_message(people, number, number + 1), text(number).encode(), PAGES)


def _peer(server: SocketServer) -> Figures:
    with Crowd() as crowd:
        empty = server.memory()
        crowd.open([server.page(n) for n in range(PAGES)])
        page = (server.memory() - empty) * 1024 / PAGES
        calls = [server.publish("all", frame(n), text(n).encode(), PAGES) for n in range(TIMES)]
        return _last(crowd, server.port, calls), page


def _last(crowd: Crowd, port: int, calls: list[Call]) -> float:
    timings = crowd.send(port, calls, 1)
    assert all(each.listeners == PAGES for each in timings), [each.listeners for each in timings]
    return 1000 * median(each.heard for each in timings)


def _memory(product: Composed) -> float:
    return sum(memory(process.pid) for process in product.running["live"])
