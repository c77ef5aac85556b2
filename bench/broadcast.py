"""A broadcast to 100,000 people over REST until the last inbox has it, against one raw INSERT … SELECT of its rows.

Production shape on PostgreSQL and Redis, with one worker; nobody has a device, everybody reads mail by the daily
digest, so that no mail leaves meanwhile. It writes a notification, 100,000 items and raised inboxes, and everybody's
deliveries; the peer writes the same rows by a statement a table, in one transaction. Meanwhile the same web process is
read from, and asked to publish calls to one person each, one after another.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psycopg

from bench.tools.pages import publication
from bench.tools.same_rows import COLUMNS, newest_deliveries
from bench.tools.servers import Stage, stage
from bench.tools.table import Row

PEOPLE, CALLED = 100_000, 50
QUESTION = f"a broadcast to {PEOPLE:,} people"
MESSAGE = {"kind": "message", "header": "News", "text": "To everybody"}
SAME_ROWS = """
BEGIN;
INSERT INTO notifcenter_notification (id, provider_id, kind, header, text, details, request_id, created_at)
    SELECT gen_random_uuid(), id, 'message', 'Peer', 'To all', '{{}}', '', now() FROM notifcenter_provider
    WHERE code = 'telephony';
INSERT INTO notifcenter_inbox (user_id, revision, unread) SELECT id, 1, 1 FROM accounts_user ORDER BY id
    ON CONFLICT (user_id) DO UPDATE
    SET revision = notifcenter_inbox.revision + 1, unread = notifcenter_inbox.unread + 1;
INSERT INTO notifcenter_inboxitem (user_id, notification_id, provider_id, position, silent)
    SELECT user_id, n.id, n.provider_id, revision, false FROM notifcenter_inbox, notifcenter_notification n
    WHERE n.header = 'Peer';
INSERT INTO notifcenter_delivery ({columns})
    SELECT planned.* FROM accounts_user u, notifcenter_notification n, LATERAL (VALUES {values}) planned
    WHERE n.header = 'Peer';
COMMIT;
"""


def run() -> list[Row]:
    """Seconds, and what others feel meanwhile."""
    with stage() as made:
        made.postgres()
        made.redis()
        token = made.seed(PEOPLE, daily=True)
        ports = made.production("web")
        made.production("worker")
        known, _took = _publish(ports[0], token, [f"user{n}" for n in range(CALLED)])
        memory = _peak_memory(made)
        reading = _Meanwhile(ports[0], token, lambda client, _n: client.get(f"notifications/{known}/"))
        calling = _Meanwhile(ports[0], token, _call)
        begun = time.perf_counter()
        _known, answered = _publish(ports[0], token, "all")
        _until_placed(made.env["DATABASE_URL"])
        took = time.perf_counter() - begun
        read, called = reading.longest(), calling.longest()
        peak = _peak_memory(made)
        peer = _raw(made.env["DATABASE_URL"])
    return _rows(took, peer, answered, (peak, memory), (read, called))


def _rows(
    took: float, peer: float, answered: float, memory: tuple[float, float], meanwhile: tuple[float, float]
) -> list[Row]:
    """Of seconds, of the MB at most and before, and of the seconds of the slowest read and call."""
    (peak, before), (read, called) = memory, meanwhile
    placed, limit = "one raw INSERT … SELECT of the same rows", "limit"
    return [
        Row(f"{QUESTION}, until the last inbox has it", took, placed, peer, 0.4, unit="s", smaller=True, short=True),
        Row(f"{QUESTION}, until it is answered", answered, limit, 0.2, 1, unit="s", smaller=True),
        Row(
            f"{QUESTION}: memory of the largest process",
            peak,
            "before it",
            before,
            0.8,
            unit="MB",
            smaller=True,
        ),
        Row("the same: the slowest read meanwhile", read, limit, 0.2, 1, unit="s", smaller=True),
        Row("the same: the slowest call published meanwhile", called, limit, 1, 1, unit="s", smaller=True),
    ]


def _publish(port: int, token: str, people: Any) -> tuple[str, float]:
    with _client(port, token) as client:
        begun = time.perf_counter()
        answer = client.post("notifications/", json=MESSAGE | {"recipients": people})
        took = time.perf_counter() - begun
    assert answer.status_code == 201, answer.text
    return answer.json()["id"], took


def _until_placed(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute("SELECT 1 FROM notifcenter_fanoutpart LIMIT 1").fetchone():
            time.sleep(0.02)


class _Meanwhile:
    """One call after another, in a thread of its own; how long each took to be answered."""

    def __init__(self, port: int, token: str, ask: Callable[[httpx.Client, int], httpx.Response]) -> None:
        self._ask = ask
        self._times: list[float] = []
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(port, token))
        self._thread.start()

    def longest(self) -> float:
        """End it; gives the seconds of the slowest."""
        self._done.set()
        self._thread.join()
        return max(self._times)

    def _run(self, port: int, token: str) -> None:
        with _client(port, token) as client:
            while not self._done.wait(0.05):
                begun = time.perf_counter()
                self._ask(client, len(self._times)).raise_for_status()
                self._times.append(time.perf_counter() - begun)


def _call(client: httpx.Client, number: int) -> httpx.Response:
    return client.post("notifications/", json=publication(f"user{number * 997 % PEOPLE}"))


def _client(port: int, token: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1/", headers=headers, timeout=120, trust_env=False)


def _raw(url: str) -> float:
    with psycopg.connect(url, autocommit=True) as connection:
        rows = [each.sql("n.id", "u.id", "now()", "null::timestamptz") for each in newest_deliveries(connection)]
        statements = SAME_ROWS.format(columns=COLUMNS, values=", ".join(rows))
        begun = time.perf_counter()
        connection.execute(statements.encode())
        return time.perf_counter() - begun


def _peak_memory(made: Stage) -> float:
    """Of the largest process that serves, MB."""
    groups = {process.pid for process in made.processes}
    sizes = [
        _high_water(entry) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _group(entry) in groups
    ]
    return max(sizes)


def _group(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[2])
    except OSError:
        return 0


def _high_water(entry: Path) -> float:
    status = (entry / "status").read_text()
    if not any(name in (entry / "cmdline").read_text() for name in ("granian", "celery")):
        return 0
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))
