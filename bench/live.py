"""From publishing to the frame, with 5,000 pages open; the pages are asyncio sockets in a process of their own.

*The hub alone*: the bus's message goes into Redis as the product puts it there, and two live processes with 2,500 pages
each push it; beside it nchan and Centrifugo, one process with all 5,000 pages, a POST per message of the same size.
*End to end*: a POST over REST, until its frame is there, beside the time that its own answer takes; in the production
shape that compose.yaml names, and in one process on SQLite with worker and scheduler running. One call after another.
"""

import json
from pathlib import Path

from bench.peers.socket_servers import SocketServer, beside_socket_servers
from bench.tools.machine import Place, folder, percentile
from bench.tools.pages import PAGES, bus_message, frame, open_pages, text
from bench.tools.servers import start_postgres, start_redis
from bench.tools.sockets import Call, Crowd, Timing, bearer, http, redis
from bench.tools.table import Row
from tests.compose import start_composed
from tests.product import Product, start_product

CALLS, PAUSE = 500, 0.002
HUB = f"the hub alone, {PAGES:,} pages, two live processes, p99"
WHOLE = f"POST to frame, {PAGES:,} pages, p99"
ANSWER = "the call's own answer"


def run() -> list[Row]:
    """Milliseconds at the 99th percentile, and what was lost."""
    with folder() as place:
        hub, apart = _production(place)
        together = _one_process(place)

        def measured(server: SocketServer) -> list[Row]:
            peer = [each.heard for each in _peer(server)]
            return [_against(HUB, hub, server.label, peer, 0.33 if server.label == "nchan" else 0)]

        peers = list(beside_socket_servers(place, HUB, measured))
    timings = [*hub, *apart, *together]
    heard = sum(each.listeners for each in timings)
    return [
        *peers,
        _against(f"{WHOLE}, two live processes", apart, ANSWER, [each.answered for each in apart], 0.67),
        _against(f"{WHOLE}, one process", together, ANSWER, [each.answered for each in together], 0.67),
        Row("the same: frames that came", heard, "published", len(timings), 1),
    ]


def _against(question: str, ours: list[Timing], beside: str, peer: list[float], goal: float) -> Row:
    figure, peer_figure = (1000 * percentile(values, 0.99) for values in ([each.heard for each in ours], peer))
    return Row(
        question,
        figure,
        beside,
        peer_figure,
        goal,
        unit="ms",
        smaller=True,
        short="two live" in question and beside == ANSWER,
    )


def _production(place: Path) -> tuple[list[Timing], list[Timing]]:
    """Of the hub alone, and of the whole."""
    postgres, bus = start_postgres(place), start_redis(place)
    product = start_composed(place / "apart", postgres.new_database("live"), bus.url, LOG_LEVEL="ERROR")
    try:
        with Crowd() as crowd:
            people = open_pages(crowd, product, product.addresses["live"])
            hub = crowd.send(bus.port, [_announced(person, n) for n, person in enumerate(people[:CALLS])], PAUSE)
            return hub, _published(crowd, product, product.addresses["web"][0], people[CALLS:])
    finally:
        product.kill()
        bus.stop()
        postgres.stop()


def _one_process(place: Path) -> list[Timing]:
    product = start_product(place / "together", demo=False, LOG_LEVEL="ERROR")
    try:
        with Crowd() as crowd:
            port = int(product.base_url.rpartition(":")[2])
            people = open_pages(crowd, product, [port])
            return _published(crowd, product, port, people)
    finally:
        product.kill()


def _peer(server: SocketServer) -> list[Timing]:
    with Crowd() as crowd:
        crowd.open([server.page(n) for n in range(PAGES)])
        calls = [server.publish(str(n), frame(n), text(n).encode(), 1) for n in range(CALLS)]
        return crowd.send(server.port, calls, PAUSE)


def _published(crowd: Crowd, product: Product, place: Place, people: list[int]) -> list[Timing]:
    token = product.new_provider_token("telephony")
    bodies = [{"kind": "call", "recipients": [pk], "text": text(n)} for n, pk in enumerate(people[:CALLS])]
    calls = [
        http("/api/v1/notifications/", bearer(token), json.dumps(body).encode(), text(n).encode(), 1)
        for n, body in enumerate(bodies)
    ]
    return crowd.send(place, calls, PAUSE)


def _announced(person: int, number: int) -> Call:
    return redis("notifcenter:live", bus_message([person], number, 1), text(number).encode(), 1)
