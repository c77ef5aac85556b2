"""How long a publication to everybody takes to be answered, with ten million people; nobody works on it meanwhile.

Production shape on PostgreSQL and Redis without a worker: what the answer waits for is all that is measured.
"""

import time

import httpx
import psycopg

from bench.tools.servers import stage
from bench.tools.stored_items import indexed_after, people_rows
from bench.tools.table import Row

PEOPLE, REPETITIONS, LIMIT = 10_000_000, 3, 0.2
EVERYBODY = {"kind": "message", "recipients": "all", "header": "News", "text": "To everybody"}


def runs() -> list[list[Row]]:
    """Seconds."""
    with stage() as made:
        made.postgres()
        made.redis()
        token = made.seed(1)
        with psycopg.connect(made.env["DATABASE_URL"], autocommit=True) as connection:
            for statement in indexed_after([people_rows(1, PEOPLE - 1)], ["accounts_user"]):
                connection.execute(statement.encode())
        [port, *_others] = made.production("web")
        return [[_row(_answered(port, token))] for _repetition in range(REPETITIONS)]


def _row(seconds: float) -> Row:
    question = f"a publication to all of {PEOPLE:,} people, until it is answered"
    return Row(question, seconds, "limit", LIMIT, 1, unit="s", smaller=True, short=True)


def _answered(port: int, token: str) -> float:
    url, headers = f"http://127.0.0.1:{port}/api/v1/notifications/", {"Authorization": f"Bearer {token}"}
    begun = time.perf_counter()
    httpx.post(url, json=EVERYBODY, headers=headers, timeout=600, trust_env=False).raise_for_status()
    return time.perf_counter() - begun
