"""One publication over REST without any server: one process on SQLite, its worker and scheduler running.

Beside it, first, a bare loop in Python that writes the same nine rows in one transaction, without HTTP and with nothing
checked; then ``notify.send`` of django-notifications-hq behind a view that checks nothing either and writes one row,
under granian, with the same journal. Everybody reads mail by the daily digest, so that nothing is sent meanwhile.
"""

import shutil
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench.publish import publication
from bench.tools.http_load import load
from bench.tools.servers import Stage, stage
from bench.tools.table import row
from tests.processes import PYTHON, free_port

PEOPLE, CALLS, CONNECTIONS = 1000, 1500, 8
PEER = ("django<5.1", "django-notifications-hq==1.8.3")

SAME_ROWS = [
    """INSERT INTO notifcenter_idempotencykey (provider_id, key, fingerprint, answer, created_at)
    VALUES (:provider, :id, :id, '{"recipients": 1}', :now)""",
    """INSERT INTO notifcenter_notification (id, provider_id, kind, header, text, details, request_id, created_at)
    VALUES (:id, :provider, 'call', 'Telephony', 'A call', '{"from": "+79990000001"}', '', :now)""",
    """INSERT INTO notifcenter_inbox (user_id, revision, unread) VALUES (:who, 1, 1)
    ON CONFLICT (user_id) DO UPDATE SET revision = revision + 1, unread = unread + 1""",
    """INSERT INTO notifcenter_inboxitem (user_id, notification_id, provider_id, position, silent)
    SELECT user_id, :id, :provider, revision, false FROM notifcenter_inbox WHERE user_id = :who""",
    """INSERT INTO notifcenter_delivery (notification_id, user_id, channel, device, state, reason, urgent, attempts,
        created_at, due_at, expires_at, finished_at)
    VALUES (:id, :who, 'interface', 0, 'sent', 'always', true, 0, :now, null, null, :now),
        (:id, :who, 'email', 0, 'digest', 'daily', true, 0, :now, null, :now, null),
        (:id, :who, 'mobile', 0, 'skipped', 'no_device', true, 0, :now, null, null, :now),
        (:id, :who, 'browser', 0, 'skipped', 'no_device', true, 0, :now, null, null, :now)""",
]


def run() -> list[dict[str, Any]]:
    """Publications a second."""
    with stage() as made:
        token = made.seed(PEOPLE, daily=True)
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "{n}"}
        ours = _rate(made.one_process(), "/api/v1/notifications/", headers)
        made.clear()
        bare = _bare(made.folder / "db.sqlite3")
        peer = _rate([_peer(made)], "/publish/", {})
    return [
        row("publications a second over REST, one process; bare sqlite3", ours, bare, 0),
        row("the same; django-notifications-hq behind a view", ours, peer, 1),
    ]


def _rate(ports: list[int], path: str, headers: dict[str, str]) -> float:
    bodies = [publication(f"user{n % PEOPLE}") for n in range(CALLS)]
    warm = {name: value.replace("{n}", "warm {n}") for name, value in headers.items()}
    load(ports, path, warm, bodies[: CALLS // 4], connections=CONNECTIONS)
    return load(ports, path, headers, bodies, connections=CONNECTIONS).rate


def _bare(file: Path) -> float:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA synchronous=NORMAL")
    people = [pk for (pk,) in connection.execute("SELECT id FROM accounts_user LIMIT ?", [PEOPLE])]
    [(provider,)] = connection.execute("SELECT id FROM notifcenter_provider WHERE code = 'telephony'")
    begun = time.perf_counter()
    for number in range(CALLS):
        now = time.strftime("%Y-%m-%d %H:%M:%S")
        values = {"id": uuid4().hex, "who": people[number % PEOPLE], "provider": provider, "now": now}
        connection.execute("BEGIN IMMEDIATE")
        for statement in SAME_ROWS:
            connection.execute(statement, values)
        connection.execute("COMMIT")
    rate = CALLS / (time.perf_counter() - begun)
    connection.close()
    return rate


def _peer(made: Stage) -> int:
    packages, port = made.folder / "peer", free_port()
    command = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--target",
        str(packages),
        *PEER,
    ]
    subprocess.run(command, check=True, capture_output=True)
    shutil.copy(Path(__file__).with_name("peers") / "hq_view.py", packages / "peer.py")
    environ = {
        "PYTHONPATH": str(packages),
        "PEER_DATABASE": str(made.folder / "peer.sqlite3"),
        "PEER_PEOPLE": str(PEOPLE),
        "GRANIAN_PORT": str(port),
    }
    granian = [str(Path(PYTHON).parent / "granian"), "--interface", "wsgi", "--workers", "1", "--blocking-threads", "8"]
    return made.serve([*granian, "--log-level", "warning", "peer:application"], environ)


if __name__ == "__main__":
    for line in run():
        print(line)
