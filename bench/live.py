"""From publishing to the frame, with 5,000 pages open; the pages are asyncio sockets in a process of their own.

*The hub alone*: the bus's message goes into Redis as the product puts it there, and two live processes with 2,500 pages
each push it; beside it nchan, one nginx worker with all 5,000 pages, a POST per message of the same size. *End to end*:
a POST over REST, until its frame is there, beside the time that its own answer takes; in the production shape that
compose.yaml names, and in one process on SQLite with worker and scheduler running. One call after another.
"""

import json
import shutil
import time
from pathlib import Path
from typing import Any

from bench.peers import nchan
from bench.tools.sockets import Call, Crowd, Door, Told, http, redis
from bench.tools.table import folder, people, percentile, row
from tests.compose import start_composed
from tests.product import Product, start_product
from tests.servers import Postgres, Redis, postgres_binaries

PAGES, CALLS, PAUSE = 5000, 500, 0.002
TEXT = "A call from +79991234567 to the second line, waiting for somebody who knows the contract"


def run() -> list[dict[str, Any]]:
    """Milliseconds at the 99th percentile, and what was lost."""
    with folder() as place:
        hub, apart = _production(place)
        together = _one_process(place)
        peer = _peer(place)
    told = [*hub, *apart, *together]
    rows = [row(_MISSING, 1, 1, 0)]
    if peer:
        rows = [_against("the hub alone, two live processes; nchan", hub, [each.heard for each in peer], 1 / 3)]
    return [
        *rows,
        _against(
            "POST to frame, two live processes; its own answer", apart, [each.answered for each in apart], 1 / 1.5
        ),
        _against("the same in one process", together, [each.answered for each in together], 1 / 1.5),
        row("frames that came; published", sum(each.listeners for each in told), len(told), 1),
    ]


_MISSING = nchan.MISSING


def _against(what: str, ours: list[Told], peer: list[float], goal: float) -> dict[str, Any]:
    mine, theirs = (1000 * percentile(values, 0.99) for values in ([each.heard for each in ours], peer))
    return row(f"{PAGES:,} pages, p99 in ms: {what} beside it", mine, theirs, round(goal, 2), smaller=True)


def _production(place: Path) -> tuple[list[Told], list[Told]]:
    binaries, binary = postgres_binaries(), shutil.which("redis-server")
    assert binaries and binary, "PostgreSQL or Redis is missing"
    postgres, bus = Postgres(place / "postgres", binaries), Redis(place / "redis", binary)
    product = start_composed(place / "apart", postgres.new_database("live"), bus.url, LOG_LEVEL="ERROR")
    try:
        with Crowd() as crowd:
            made = open_pages(crowd, product, product.addresses["live"])
            hub = crowd.say(bus.port, [_said(person, n) for n, person in enumerate(made[:CALLS])], PAUSE)
            return hub, _published(crowd, product, product.addresses["web"][0], made[CALLS:])
    finally:
        product.kill()
        bus.stop()
        postgres.stop()


def _one_process(place: Path) -> list[Told]:
    product = start_product(place / "together", demo=False, LOG_LEVEL="ERROR")
    try:
        with Crowd() as crowd:
            port = int(product.base_url.rpartition(":")[2])
            made = open_pages(crowd, product, [port])
            return _published(crowd, product, port, made)
    finally:
        product.kill()


def _peer(place: Path) -> list[Told]:
    if not nchan.is_there():
        return []
    server = nchan.Nchan(place / "nchan")
    try:
        with Crowd() as crowd:
            crowd.open([Door(server.port, f"/pages/{n}") for n in range(PAGES)])
            body = json.dumps(frame(1, "x")).encode()
            calls = [http(f"/say/{n}", "", body + _mark(n), _mark(n), 1) for n in range(CALLS)]
            return crowd.say(server.port, calls, PAUSE)
    finally:
        server.process.kill()


def open_pages(crowd: Crowd, product: Product, places: list[Any]) -> list[int]:
    """A page of each of 5,000 people, spread over the places and greeted; gives the people's ids."""
    made = people(product, PAGES)
    crowd.open(doors(made, places), b'{"type":"hello"')
    time.sleep(2)  # the roll call has told everybody who came
    return [pk for pk, _token in made]


def doors(made: list[tuple[int, str]], places: list[Any], query: str = "") -> list[Door]:
    """Where each of these people knocks."""
    return [
        Door(places[n % len(places)], f"/ws/live/{query}", f"Sec-WebSocket-Protocol: bearer.{token}\r\n")
        for n, (_pk, token) in enumerate(made)
    ]


def _published(crowd: Crowd, product: Product, place: int | str, made: list[int]) -> list[Told]:
    token = product.new_provider_token("telephony")
    bodies = [
        json.dumps({"kind": "call", "recipients": [pk], "text": f"{TEXT} {n};"}).encode()
        for n, pk in enumerate(made[:CALLS])
    ]
    calls = [http("/api/v1/notifications/", token, body, f"{TEXT} {n};".encode(), 1) for n, body in enumerate(bodies)]
    return crowd.say(place, calls, PAUSE)


def _said(person: int, number: int) -> Call:
    message = said([[person, 1, 1, False]], str(number))
    return redis("notifcenter:live", message, f"{TEXT} {number};".encode(), 1)


def said(places: list[list[Any]], number: str) -> bytes:
    """A message of the bus: a notification that came to these places."""
    values = {
        "id": "0197a7f0-0000-7000-8000-000000000000",
        "kind": "call",
        "header": "",
        "text": f"{TEXT} {number};",
        "details": {"from": "+79991234567"},
        "request_id": "",
        "created_at": time.time(),
        "provider": {"code": "telephony", "name": "Telephony", "icon": ""},
    }
    return json.dumps({"type": "notification", "notification": values, "to": places}).encode()


def frame(cursor: int, number: str) -> dict[str, Any]:
    """About what a page gets of it."""
    text = f"{TEXT} {number};"
    body = {"title": "Call", "rows": [{"style": "default", "text": text, "class_height": "h3"}], "more": "x" * 800}
    return {"type": "notification", "cursor": cursor, "unread": 1, "data": body}


def _mark(number: int) -> bytes:
    return b"call %d;" % number


if __name__ == "__main__":
    for line in run():
        print(line)
