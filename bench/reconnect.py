"""5,000 pages that come back at once after a restart of the live process, each three notifications behind.

Beside it the same 5,000 pages at the same server, connecting at once with nothing to catch up: until each is greeted.
Meanwhile another process publishes over REST, up to 20 times a second, and PostgreSQL is asked for its connections.
"""

import json
import shutil
import threading
from typing import Any

import psycopg

from bench.live import PAGES, doors
from bench.tools.sockets import Crowd, http
from bench.tools.table import folder, people, percentile, row
from tests.compose import Composed, start_composed
from tests.processes import wait_until
from tests.servers import Postgres, Redis, postgres_binaries

BEHIND, PAUSE, PUBLISHED = 3, 0.05, 100
CONNECTIONS, AT_ONCE = 20, 200  # more would measure how the kernel drops what its listen queue cannot hold
HELLO, NEW = b'{"type":"hello"', b'{"type":"notification"'


def run() -> list[dict[str, Any]]:
    """Seconds, milliseconds at the 99th percentile, connections."""
    binaries, binary = postgres_binaries(), shutil.which("redis-server")
    assert binaries and binary, "PostgreSQL or Redis is missing"
    with folder() as place:
        postgres, bus = Postgres(place / "postgres", binaries), Redis(place / "redis", binary)
        url = postgres.new_database("live")
        product = start_composed(place / "apart", url, bus.url, LOG_LEVEL="ERROR")
        try:
            return _measured(product, url)
        finally:
            product.kill()
            bus.stop()
            postgres.stop()


def _measured(product: Composed, url: str) -> list[dict[str, Any]]:
    product.running["live"].pop().kill()
    place = product.addresses["live"][0]
    made, token = people(product, PAGES), product.new_provider_token("telephony")
    with Crowd() as crowd, Crowd() as publisher, Watch(url) as watch:
        web = product.addresses["web"][0]
        _say(publisher, web, token, [pk for pk, _token in made], BEHIND)
        idle = _publish(publisher, web, token, made[0][0], number=PUBLISHED)
        connecting = crowd.open(doors(made, [place]), HELLO, at_once=AT_ONCE)
        crowd.close()
        _restart(product, place)
        storm = Storm(publisher, web, token, made[0][0])
        storm.start()
        caught_up = crowd.open(doors(made, [place], "?cursor=0"), NEW, BEHIND, at_once=AT_ONCE)
        storm.end()
    p99, idle_p99 = percentile(storm.times, 0.99), percentile(idle, 0.99)
    return [
        row(
            f"{PAGES:,} pages reconnecting, s until all caught up; only connecting",
            caught_up,
            connecting,
            0.33,
            smaller=True,
        ),
        row("publishing meanwhile, p99 in ms; idle (at most 10 x)", p99, idle_p99, 0.1, smaller=True),
        row("database connections meanwhile; the limit", watch.most, CONNECTIONS, 1, smaller=True),
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
                asked = "SELECT count(*) - 1 FROM pg_stat_activity WHERE datname = current_database()"
                [number] = connection.execute(asked).fetchone() or (0,)
                self.most = max(self.most, number)


def _say(crowd: Crowd, place: str, token: str, to: list[int], times: int) -> None:
    body = json.dumps({"kind": "call", "recipients": to, "text": "A call"}).encode()
    crowd.say(place, [http("/api/v1/notifications/", token, body)] * times)


def _publish(crowd: Crowd, place: str, token: str, person: int, *, number: int) -> list[float]:
    body = json.dumps({"kind": "call", "recipients": [person], "text": "Another call"}).encode()
    told = crowd.say(place, [http("/api/v1/notifications/", token, body)] * number, PAUSE)
    return [1000 * each.answered for each in told]


def _restart(product: Composed, place: str) -> None:
    [live] = product.running["live"]
    live.kill()
    again = live.again()
    product.running["live"] = [again]
    product.processes.append(again)
    wait_until(lambda: _listens(place), 30, "the live process")


def _listens(place: str) -> bool:
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(host_and_port(place)) == 0


if __name__ == "__main__":
    for line in run():
        print(line)
