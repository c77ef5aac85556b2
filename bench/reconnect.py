"""5,000 pages that come back at once after a restart of the live process, each three notifications behind.

Beside it the same 5,000 pages at the same server, connecting at once with nothing to catch up: until each is greeted.
Meanwhile another process publishes over REST, up to 20 times a second, and PostgreSQL is asked for its connections.
"""

import json
import threading
from typing import Any

import psycopg

from bench.tools.machine import folder, percentile
from bench.tools.pages import HELLO, PAGES, endpoints, people
from bench.tools.servers import restart_live, start_postgres, start_redis
from bench.tools.sockets import Crowd, bearer, http
from bench.tools.table import Row
from tests.compose import Composed, start_composed

BEHIND, PAUSE, PUBLISHED = 3, 0.05, 100
CONNECTIONS, AT_ONCE = 20, 200  # more would measure how the kernel drops what its listen queue cannot hold
NEW = b'{"type":"notification"'


def run() -> list[Row]:
    """Seconds, milliseconds at the 99th percentile, connections."""
    with folder() as place:
        postgres, bus = start_postgres(place), start_redis(place)
        url = postgres.new_database("live")
        product = start_composed(place / "apart", url, bus.url, LOG_LEVEL="ERROR")
        try:
            return _measured(product, url)
        finally:
            product.kill()
            bus.stop()
            postgres.stop()


def _measured(product: Composed, url: str) -> list[Row]:
    product.running["live"].pop().kill()
    place = product.addresses["live"][0]
    made, token = people(product, PAGES), product.new_provider_token("telephony")
    with Crowd() as crowd, Crowd() as publisher, Watch(url) as watch:
        web = product.addresses["web"][0]
        _publish_to(publisher, web, token, [pk for pk, _token in made], BEHIND)
        idle = _publish(publisher, web, token, made[0][0], number=PUBLISHED)
        connecting = crowd.open(endpoints(made, [place]), HELLO, at_once=AT_ONCE)
        crowd.close()
        restart_live(product)
        storm = Storm(publisher, web, token, made[0][0])
        storm.start()
        caught_up = crowd.open(endpoints(made, [place], "?cursor=0"), NEW, BEHIND, at_once=AT_ONCE)
        storm.end()
    p99, idle_p99 = percentile(storm.times, 0.99), percentile(idle, 0.99)
    question, beside = f"{PAGES:,} pages reconnecting", "only connecting"
    return [
        Row(f"{question}, until all caught up", caught_up, beside, connecting, 0.33, unit="s", smaller=True),
        Row(f"{question}: publishing meanwhile, p99", p99, "idle", idle_p99, 0.1, unit="ms", smaller=True),
        Row(f"{question}: database connections", watch.most, "limit", CONNECTIONS, 1, smaller=True),
    ]


class Storm(threading.Thread):
    """Publishes until it is told to end."""

    def __init__(self, *where: Any) -> None:
        super().__init__(daemon=True)
        self._where, self._over, self.times = where, threading.Event(), list[float]()

    def run(self) -> None:
        """Ten at a time."""
        while not self._over.is_set():
            self.times += _publish(*self._where, number=10)

    def end(self) -> None:
        """Publish no more."""
        self._over.set()
        self.join()


class Watch(threading.Thread):
    """Asks how many connections the product holds, four times a second; its own is not counted."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._url, self._over, self.most = url, threading.Event(), 0

    def __enter__(self) -> "Watch":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        """Look."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            while not self._over.wait(0.25):
                query = "SELECT count(*) - 1 FROM pg_stat_activity WHERE datname = current_database()"
                [number] = connection.execute(query).fetchone() or (0,)
                self.most = max(self.most, number)


def _publish_to(crowd: Crowd, place: str, token: str, to: list[int], times: int) -> None:
    body = json.dumps({"kind": "call", "recipients": to, "text": "A call"}).encode()
    crowd.send(place, [http("/api/v1/notifications/", bearer(token), body)] * times)


def _publish(crowd: Crowd, place: str, token: str, person: int, *, number: int) -> list[float]:
    body = json.dumps({"kind": "call", "recipients": [person], "text": "Another call"}).encode()
    timings = crowd.send(place, [http("/api/v1/notifications/", bearer(token), body)] * number, PAUSE)
    return [1000 * each.answered for each in timings]
