"""What a publication costs as work grows: items stored, pages open, recipients named. It draws growth.svg, too.

Production shape on PostgreSQL and Redis, and nothing else goes on: one call after another over one connection. A round
gives the median of its calls, and the figure is the median of the rounds. The sizes take turns within a round, so
whatever else the machine does meets them alike.

*Items*: three databases of one PostgreSQL, with the same 10,000 people, who have mail, phone and browser, and with so
many items, each of a notification of its own and with all deliveries that the product plans for them, which have gone;
they are spread over everybody, unevenly: the busiest has a hundredth of them. Each call goes to somebody else. No
worker runs. PostgreSQL's shared buffers are a quarter of the memory, as its manual advises, and then, started again,
the 128 MB that it has by itself, far below the largest store; what the system caches is left to it both times.
*Recipients*: the same with so many people named, where the most items are. *Pages*: from the call until its frame is at
one page of so many, each of somebody else, at two live processes of a fresh installation; worker and scheduler run.
"""

import json
import os
import platform
import time
from itertools import pairwise
from pathlib import Path
from statistics import median
from uuid import uuid4

import psycopg

from bench.tools.chart import Costs, Panel, draw
from bench.tools.http_load import load
from bench.tools.pages import HELLO, endpoints, people, publication
from bench.tools.same_rows import newest_deliveries
from bench.tools.servers import Stage, stage
from bench.tools.sockets import Crowd, bearer, http
from bench.tools.stored_items import delivered, indexed_after, stored
from bench.tools.table import Row
from tests.compose import Composed, start_composed
from tests.servers import Postgres

ITEMS, RECIPIENTS, PAGES = (10**4, 10**6, 10**7), (1, 10, 1000), (100, 1000, 5000)
CALLS = {1: 100, 10: 50, 1000: 5}
PEOPLE, ROUNDS = 10_000, 9
BUFFERS = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**22
FEW_BUFFERS = 128
CALLS_HEARD, CROWDS = 200, 3
PATH, AT_ONCE = "/api/v1/notifications/", 200
CHART = Path(__file__).parent.parent / "docs" / "growth.svg"

UNEVENLY = f"floor({PEOPLE} * power(random(), 2))::bigint"
ALL_INBOXES = """
INSERT INTO notifcenter_inbox (user_id, revision, unread) SELECT id, 0, 0 FROM accounts_user ON CONFLICT DO NOTHING"""


def runs() -> list[list[Row]]:
    """The cost of a call at the largest size, at a smaller one beside it; a repetition is one crowd and as many rounds
    as come to each."""
    with stage() as made:
        items, small, recipients, size = _published(made)
    crowds = [_heard() for _crowd in range(CROWDS)]
    pages = {size: [heard[size] for heard in crowds] for size in PAGES}
    panels = [
        Panel("Items stored", "items stored", items),
        Panel("Open pages", "pages open, until the frame is there", pages),
        Panel("Recipients", "recipients of one publication", recipients, linear=True),
    ]
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    draw(CHART, panels, f"Dots: the median of all rounds; bars: the best and the worst round. {machine}")
    return [_rows(size, *(_part(costs, n) for costs in (items, small, pages, recipients))) for n in range(CROWDS)]


def _part(costs: Costs, number: int) -> Costs:
    """The rounds that belong to a repetition."""
    return {size: rounds[number::CROWDS] for size, rounds in costs.items()}


def _rows(size: str, items: Costs, small: Costs, pages: Costs, recipients: Costs) -> list[Row]:
    each = {number: [cost / number * 1000 for cost in costs] for number, costs in recipients.items()}
    many, few, most = max(ITEMS), min(ITEMS), max(PAGES)
    stored = f"publishing with {many:,} items stored ({size})"
    return [
        _growth(f"{stored}, {BUFFERS} MB of buffers", items, (many, few), 0.7, "ms"),
        _growth(f"{stored}, {FEW_BUFFERS} MB of buffers", small, (many, few), 0.7, "ms"),
        _growth(f"publish to frame with {most:,} pages open, the median", pages, (most, PAGES[0]), 0.7, "ms"),
        _growth("a recipient of 1,000", each, (1000, 10), 1, "µs"),
    ]


def _growth(question: str, costs: Costs, sizes: tuple[int, int], goal: float, unit: str) -> Row:
    large, small = sizes
    figures = median(costs[large]), f"the same with {small:,}", median(costs[small])
    return Row(question, *figures, goal, unit=unit, smaller=True, short="items stored" in question)


def _published(made: Stage) -> tuple[Costs, Costs, Costs, str]:
    """Milliseconds by items, by items with few buffers, and by recipients; and how large the largest store is."""
    server = made.postgres(shared_buffers=f"{BUFFERS}MB")
    made.redis()
    filled = {}
    for items in ITEMS:
        made.env["DATABASE_URL"] = server.new_database(f"items{items}")
        filled[items] = _filled(made, items)
    os.sync()  # the disk is done with what was filled in
    stores = _by_turns({items: (*where, 1) for items, where in filled.items()})
    recipients = _by_turns({size: (*filled[max(ITEMS)], size) for size in RECIPIENTS})
    size = _restarted(made, server)
    small = _by_turns({items: (*where, 1) for items, where in filled.items()})
    return stores, small, recipients, size


def _by_turns(calls: dict[int, tuple[int, str, int]]) -> Costs:
    """Rounds of calls to a port, with a token, to so many recipients; the first round is not counted."""
    costs: Costs = {key: [] for key in calls}
    for turn in range(ROUNDS + 1):
        for key, (port, token, recipients) in calls.items():
            costs[key].append(_milliseconds(port, token, turn, recipients))
    return {key: rounds[1:] for key, rounds in costs.items()}


def _restarted(made: Stage, server: Postgres) -> str:
    """Start PostgreSQL again with few buffers; gives the size of its largest database."""
    with psycopg.connect(made.env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        [size] = connection.execute("SELECT pg_size_pretty(pg_database_size(current_database()))").fetchone() or ("",)
    server.stop()
    server.settings["shared_buffers"] = f"{FEW_BUFFERS}MB"
    server.start()
    made.processes.append(server.process)
    return str(size)


def _filled(made: Stage, items: int) -> tuple[int, str]:
    """A warm web process on that many items, by its port, and a token."""
    token = made.seed(PEOPLE, devices=PEOPLE)
    port = made.production("web")[0]
    _milliseconds(port, token, 0)
    with psycopg.connect(made.env["DATABASE_URL"], autocommit=True) as connection:
        planned = newest_deliveries(connection)
        connection.execute("TRUNCATE notifcenter_notification, notifcenter_inbox CASCADE")
        for statement in indexed_after([*stored(items, UNEVENLY), delivered(planned), ALL_INBOXES]):
            connection.execute(statement.encode())
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
            crowd.open(endpoints(everybody[before:size], product.addresses["live"]), HELLO, at_once=AT_ONCE)
            time.sleep(2)  # the roll call has told everybody who came
            _send(crowd, product, token, size)
            heard[size] = _send(crowd, product, token, size)
        return heard


def _send(crowd: Crowd, product: Composed, token: str, pages: int) -> float:
    bodies = [publication(f"user{n * 37 % pages}") | {"text": f"Call {n};"} for n in range(CALLS_HEARD)]
    calls = [http(PATH, bearer(token), json.dumps(body).encode(), body["text"].encode(), 1) for body in bodies]
    timings = crowd.send(product.addresses["web"][0], calls)
    assert sum(call.listeners for call in timings) == CALLS_HEARD, "a frame did not come"
    return 1000 * median(call.heard for call in timings)
