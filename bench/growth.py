"""What a publication costs as work grows: items stored, pages open, recipients named. It draws growth.svg, too.

Production shape on PostgreSQL and Redis, and nothing else goes on: one call after another over one connection. A round
gives the median of its calls, and the figure is the median of the rounds. The sizes take turns within a round, so
whatever else the machine does meets them alike.

*Items*: three databases of one PostgreSQL, with the same 10,000 people, who have mail, phone and browser, and with so
many items, each of a notification of its own and with a delivery; they are spread over everybody, unevenly: the
busiest has a hundredth of them. Each call goes to somebody else. No worker runs. *Recipients*: the same with so many
people named, where the most items are. *Pages*: from the call until its frame is at one page of so many, each of
somebody else, at two live processes of a fresh installation; worker and scheduler run.
"""

import json
import os
import platform
import time
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

import psycopg

from bench.live import doors
from bench.publish import publication
from bench.tools.chart import Costs, Panel, draw
from bench.tools.http_load import load
from bench.tools.servers import Stage, stage
from bench.tools.sockets import Crowd, http
from bench.tools.stored_items import SHOWN, indexed_after, stored
from bench.tools.table import people, row
from tests.compose import Composed, start_composed

ITEMS, RECIPIENTS, PAGES = (10**4, 10**6, 10**7), (1, 10, 1000), (100, 1000, 5000)
CALLS = {1: 100, 10: 50, 1000: 5}
PEOPLE, ROUNDS = 10_000, 9
TOLD, CROWDS = 200, 3
PATH, HELLO, AT_ONCE = "/api/v1/notifications/", b'{"type":"hello"', 200
CHART = Path(__file__).parent.parent / "docs" / "growth.svg"

UNEVENLY = f"floor({PEOPLE} * power(random(), 2))::bigint"
ALL_CENTRES = """
INSERT INTO notifcenter_inbox (user_id, revision, unread) SELECT id, 0, 0 FROM accounts_user ON CONFLICT DO NOTHING"""


def runs() -> list[list[dict[str, Any]]]:
    """The cost of a call at the largest size, at a smaller one beside it; a repetition is one crowd and as many rounds
    as come to each."""
    with stage() as made:
        items, recipients = _published(made)
    crowds = [_heard() for _crowd in range(CROWDS)]
    pages = {size: [heard[size] for heard in crowds] for size in PAGES}
    panels = [
        Panel("Items stored", "items stored", items),
        Panel("Open pages", "pages open, until the frame is there", pages),
        Panel("Recipients", "recipients of one publication", recipients, linear=True),
    ]
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    draw(CHART, panels, f"Dots: the median of all rounds; bars: the best and the worst round. {machine}")
    return [_rows(items, pages, recipients, part) for part in range(CROWDS)]


def _rows(items: Costs, pages: Costs, recipients: Costs, part: int) -> list[dict[str, Any]]:
    items, pages, recipients = (
        {size: costs[part::CROWDS] for size, costs in each.items()} for each in (items, pages, recipients)
    )
    each = {size: [cost / size * 1000 for cost in costs] for size, costs in recipients.items()}
    return [
        _growth("publishing, 10⁷ items stored, ms; 10⁴ (at most 1.4 times)", items, 10**7, 10**4, 0.7),
        _growth("publish to frame, 5,000 pages open, ms; 100 (the same)", pages, 5000, 100, 0.7),
        _growth("publishing to 1,000, µs a recipient; to 10 (linear or better)", each, 1000, 10, 1),
    ]


def _growth(what: str, costs: Costs, large: int, small: int, goal: float) -> dict[str, Any]:
    return row(what, median(costs[large]), median(costs[small]), goal, smaller=True)


def _published(made: Stage) -> tuple[Costs, Costs]:
    server = made.postgres()
    made.redis()
    filled = {}
    for items in ITEMS:
        made.env["DATABASE_URL"] = server.new_database(f"items{items}")
        filled[items] = _filled(made, items)
    os.sync()  # the disk is done with what was filled in
    stores: Costs = {items: [] for items in ITEMS}
    recipients: Costs = {size: [] for size in RECIPIENTS}
    for turn in range(ROUNDS):
        for items, where in filled.items():
            stores[items].append(_milliseconds(*where, turn))
    for turn in range(ROUNDS):
        for size in RECIPIENTS:
            recipients[size].append(_milliseconds(*filled[max(ITEMS)], turn, size))
    return stores, recipients


def _filled(made: Stage, items: int) -> tuple[int, str]:
    """A warm web process on that many items, by its port, and a token."""
    token = made.seed(PEOPLE, devices=PEOPLE)
    fill = indexed_after([*stored(items, UNEVENLY), SHOWN, ALL_CENTRES])
    with psycopg.connect(made.env["DATABASE_URL"], autocommit=True) as connection:
        for statement in fill:
            connection.execute(statement.encode())
    port = made.production("web")[0]
    _milliseconds(port, token, ROUNDS)
    return port, token


def _milliseconds(port: int, token: str, turn: int, size: int = 1) -> float:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"{uuid4()} {{n}}"}
    number = CALLS[size]
    bodies = [publication(*_somebody(n, size)) for n in range(turn * number, (turn + 1) * number)]
    return 1000 * median(load([port], PATH, headers, bodies, connections=1).times)


def _somebody(number: int, size: int) -> list[str]:
    """So many people, others for each number until all had their turn; neighbours in no table."""
    return [f"user{n * 997 % PEOPLE}" for n in range(number * size, (number + 1) * size)]


def _heard() -> dict[int, float]:
    """Milliseconds by the number of pages, which only grows: 5,000 that left would be felt by the few who come next."""
    with stage() as made, Crowd() as crowd:
        made.postgres()
        made.redis()
        urls = made.env["DATABASE_URL"], made.env["REDIS_URL"]
        product = start_composed(made.folder / "product", *urls, LOG_LEVEL="ERROR")
        made.processes += product.processes
        token, everybody = product.new_provider_token("telephony"), people(product, max(PAGES))
        heard: dict[int, float] = {}
        for before, size in pairwise((0, *PAGES)):
            crowd.open(doors(everybody[before:size], product.addresses["live"]), HELLO, at_once=AT_ONCE)
            time.sleep(2)  # the roll call has told everybody who came
            _told(crowd, product, token, size)
            heard[size] = _told(crowd, product, token, size)
        return heard


def _told(crowd: Crowd, product: Composed, token: str, pages: int) -> float:
    bodies = [publication(f"user{n * 37 % pages}") | {"text": f"Call {n};"} for n in range(TOLD)]
    calls = [http(PATH, token, json.dumps(body).encode(), body["text"].encode(), 1) for body in bodies]
    told = crowd.say(product.addresses["web"][0], calls)
    assert sum(call.listeners for call in told) == TOLD, "a frame did not come"
    return 1000 * median(call.heard for call in told)


if __name__ == "__main__":
    for repetition in runs():
        print(*repetition, sep="\n")
