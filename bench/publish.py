"""One publication over REST to one person, with every channel planned, against pgbench that writes the same rows.

The product runs in its production shape: the web processes that compose.yaml names, on PostgreSQL and Redis. Each call
checks the token, the fields and an Idempotency-Key of its own, and writes nine rows: the key, the notification, the
item, the raised centre, and a delivery for the centre, mail, phone and browser. No worker runs, so that publishing
alone is measured. pgbench sends these statements in one transaction over as many connections to the same PostgreSQL.
"""

import re
import subprocess
from pathlib import Path
from typing import Any

from bench.tools.http_load import load
from bench.tools.servers import stage
from bench.tools.table import row
from tests.servers import postgres_binaries

PEOPLE, CALLS, CONNECTIONS, SECONDS = 1000, 2000, 8, 5

SAME_ROWS = r"""
\set who random({first}, {last})
\set call random(1, 9000000000000000000)
BEGIN;
INSERT INTO notifcenter_idempotencykey (provider_id, key, fingerprint, answer, created_at)
    VALUES ({provider}, :call, md5('a') || md5('b'), '{{"recipients": 1}}', now());
INSERT INTO notifcenter_notification (id, provider_id, kind, header, text, details, request_id, created_at)
    VALUES (md5(:call::text)::uuid, {provider}, 'call', 'Telephony', 'A call', '{{"from": "+79990000001"}}', '', now());
INSERT INTO notifcenter_inbox (user_id, revision, unread) VALUES (:who, 1, 1)
    ON CONFLICT (user_id) DO UPDATE
    SET revision = notifcenter_inbox.revision + 1, unread = notifcenter_inbox.unread + 1;
INSERT INTO notifcenter_inboxitem (user_id, notification_id, provider_id, position, silent)
    SELECT :who, md5(:call::text)::uuid, {provider}, revision, false FROM notifcenter_inbox WHERE user_id = :who;
INSERT INTO notifcenter_delivery (notification_id, user_id, channel, device, state, reason, urgent, attempts,
        created_at, due_at, expires_at, finished_at)
    VALUES (md5(:call::text)::uuid, :who, 'interface', 0, 'sent', 'always', true, 0, now(), null, null, now()),
        (md5(:call::text)::uuid, :who, 'email', 0, 'pending', '', true, 0, now(), now(), now(), null),
        (md5(:call::text)::uuid, :who, 'mobile', 1, 'pending', '', true, 0, now(), now(), now(), null),
        (md5(:call::text)::uuid, :who, 'browser', 2, 'pending', '', true, 0, now(), now(), now(), null);
COMMIT;
"""


def run() -> list[dict[str, Any]]:
    """Publications a second."""
    with stage() as made:
        made.postgres()
        made.redis()
        token = made.seed(PEOPLE, devices=PEOPLE)
        ports = made.production("web")
        _call(ports, token, CALLS // 4, "warm")
        ours = _call(ports, token, CALLS, "call")
        peer = _pgbench(made.folder, made.env["DATABASE_URL"])
    return [row("publications a second over REST, PostgreSQL; pgbench beside it", ours, peer, 0.25)]


def _call(ports: list[int], token: str, number: int, name: str) -> float:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"{name} {{n}}"}
    bodies = [publication(f"user{n % PEOPLE}") for n in range(number)]
    return load(ports, "/api/v1/notifications/", headers, bodies, connections=CONNECTIONS).rate


def publication(*recipients: str) -> dict[str, Any]:
    """A call, as a telephony publishes it."""
    words = {"header": "Telephony", "text": "A call", "from": "+79990000001"}
    return {"kind": "call", "recipients": list(recipients), **words}


def _pgbench(folder: Path, url: str) -> float:
    import psycopg

    with psycopg.connect(url) as connection:
        first, last = connection.execute("SELECT min(id), max(id) FROM accounts_user").fetchone() or ()
        [provider] = connection.execute("SELECT id FROM notifcenter_provider WHERE code = 'telephony'").fetchone() or ()
    script = folder / "same_rows.sql"
    script.write_text(SAME_ROWS.format(first=first, last=last, provider=provider).replace(":call", ":call"))
    program = (postgres_binaries() or Path()).joinpath("initdb").resolve().parent / "pgbench"
    command = [str(program), "-n", "-f", str(script), "-T", str(SECONDS), "-c", str(CONNECTIONS), url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(re.search(r"tps = ([\d.]+)", done.stdout)[1])  # type: ignore[index]


if __name__ == "__main__":
    for line in run():
        print(line)
