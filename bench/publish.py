"""One publication over REST to one person, with every channel planned, against pgbench that writes the same rows.

The product runs in its production shape: the web processes that compose.yaml names, on PostgreSQL and Redis. Each call
checks the token, the fields and an Idempotency-Key of its own, and writes the key, the notification, the item, the
raised inbox, and the deliveries; the readers have mail, a phone and a browser. No worker runs, so that publishing alone
is measured. pgbench sends these statements in one transaction over as many connections to the same PostgreSQL, prepared
once as the product's are. Both wait for the disk at every commit.
"""

import re
import subprocess
from pathlib import Path
from uuid import uuid4

import psycopg

from bench.tools.http_load import load
from bench.tools.pages import publication
from bench.tools.same_rows import insert_deliveries, newest_deliveries
from bench.tools.servers import stage
from bench.tools.table import Row
from tests.servers import postgres_binaries

PEOPLE, CALLS, CONNECTIONS, SECONDS = 1000, 2000, 8, 5

SAME_ROWS = r"""
\set who random({first}, {last})
\set call random(1, 9000000000000000000)
BEGIN;
INSERT INTO notifcenter_idempotencykey (provider_id, key, fingerprint, answer, created_at)
    VALUES ({provider}, :call::text, md5('a') || md5('b'), '{{"recipients": 1}}', now());
INSERT INTO notifcenter_notification (id, provider_id, kind, header, text, details, request_id, created_at)
    VALUES (md5(:call::text)::uuid, {provider}, 'call', 'Telephony', 'A call', '{{"from": "+79990000001"}}', '', now());
INSERT INTO notifcenter_inbox (user_id, revision, unread) VALUES (:who, 1, 1)
    ON CONFLICT (user_id) DO UPDATE
    SET revision = notifcenter_inbox.revision + 1, unread = notifcenter_inbox.unread + 1;
INSERT INTO notifcenter_inboxitem (user_id, notification_id, provider_id, position, silent)
    SELECT user_id, md5(:call::text)::uuid, {provider}, revision, false FROM notifcenter_inbox WHERE user_id = :who;
{deliveries}
COMMIT;
"""


def run() -> list[Row]:
    """Publications a second."""
    with stage() as made:
        made.postgres()
        made.redis()
        token = made.seed(PEOPLE, devices=PEOPLE)
        ports = made.production("web")
        _call(ports, token, CALLS // 4)
        ours = _call(ports, token, CALLS)
        peer = _pgbench(made.folder, made.env["DATABASE_URL"])
    beside = "pgbench -M prepared, the same rows"
    return [Row("publications a second over REST, PostgreSQL", ours, beside, peer, 0.3, short=True)]


def _call(ports: list[int], token: str, number: int) -> float:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"{uuid4()} {{n}}"}
    bodies = [publication(f"user{n % PEOPLE}") for n in range(number)]
    return load(ports, "/api/v1/notifications/", headers, bodies, connections=CONNECTIONS).rate


def _pgbench(folder: Path, url: str) -> float:
    script = folder / "same_rows.sql"
    script.write_text(_same_rows(url))
    program = (postgres_binaries() or Path()).joinpath("initdb").resolve().parent / "pgbench"
    command = [str(program), "-n", "-M", "prepared", "-f", str(script), "-T", str(SECONDS), "-c", str(CONNECTIONS), url]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    match = re.search(r"tps = ([\d.]+)", output)
    assert match, output
    return float(match[1])


def _same_rows(url: str) -> str:
    with psycopg.connect(url) as connection:
        first, last = connection.execute("SELECT min(id), max(id) FROM accounts_user").fetchone() or ()
        [provider] = connection.execute("SELECT id FROM notifcenter_provider WHERE code = 'telephony'").fetchone() or ()
        deliveries = insert_deliveries(newest_deliveries(connection), "md5(:call::text)::uuid", ":who", "now()")
    return SAME_ROWS.format(first=first, last=last, provider=provider, deliveries=deliveries)
