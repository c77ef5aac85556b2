"""A broadcast to 100,000 people over REST until the last centre has it, against one raw INSERT … SELECT of its rows.

Production shape on PostgreSQL and Redis, with one worker; nobody has a device, everybody reads mail by the daily
digest, so that no mail leaves meanwhile. It writes a notification, 100,000 items and raised centres, and 400,000
deliveries; the peer writes as many rows by a statement a table, in one transaction. Meanwhile the same web process is
read from, and asked to publish calls to one person each, one after another.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psycopg

from bench.publish import publication
from bench.tools.servers import Stage, stage
from bench.tools.table import row

PEOPLE, CALLED = 100_000, 50
MESSAGE = {"kind": "message", "header": "News", "text": "To everybody"}
SAME_ROWS = """
BEGIN;
INSERT INTO notifcenter_notification (id, provider_id, kind, header, text, details, request_id, created_at)
    SELECT gen_random_uuid(), id, 'message', 'Peer', 'To all', '{}', '', now() FROM notifcenter_provider
    WHERE code = 'telephony';
INSERT INTO notifcenter_inbox (user_id, revision, unread) SELECT id, 1, 1 FROM accounts_user ORDER BY id
    ON CONFLICT (user_id) DO UPDATE
    SET revision = notifcenter_inbox.revision + 1, unread = notifcenter_inbox.unread + 1;
INSERT INTO notifcenter_inboxitem (user_id, notification_id, provider_id, position, silent)
    SELECT user_id, said.id, said.provider_id, revision, false FROM notifcenter_inbox, notifcenter_notification said
    WHERE said.header = 'Peer';
INSERT INTO notifcenter_delivery (notification_id, user_id, channel, device, state, reason, urgent, attempts,
        created_at, due_at, expires_at, finished_at)
    SELECT said.id, u.id, way.channel, 0, way.state, way.reason, false, 0, now(),
        null, CASE way.state WHEN 'digest' THEN now() END, CASE way.state WHEN 'digest' THEN null ELSE now() END
    FROM accounts_user u, notifcenter_notification said, (VALUES ('interface', 'sent', 'always'),
        ('email', 'digest', 'daily'), ('mobile', 'skipped', 'no_device'), ('browser', 'skipped', 'no_device')
    ) way (channel, state, reason)
    WHERE said.header = 'Peer';
COMMIT;
"""


def run() -> list[dict[str, Any]]:
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
    return [
        row("broadcast to 100,000, seconds; INSERT … SELECT (peer by ours)", took, peer, 0.4, smaller=True),
        row("the same: until it is answered, s; 0.2 s beside it", answered, 0.2, 1, smaller=True),
        row("the same: MB of memory at most, before it beside it", peak, memory, 0.8, smaller=True),
        row("the same: slowest read meanwhile, s; 0.2 s beside it", read, 0.2, 1, smaller=True),
        row("the same: slowest call published meanwhile, s; 1 s beside it", called, 1, 1, smaller=True),
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
        begun = time.perf_counter()
        connection.execute(SAME_ROWS.encode())
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


if __name__ == "__main__":
    for line in run():
        print(line)
