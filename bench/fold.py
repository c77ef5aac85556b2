"""A storm of equal errors over REST to one person, against as many errors that do not fold: the same rows but for that.

Equal errors are one row that counts; errors with ``"fold_key": false`` are a row each, as before there was folding. One
process on SQLite, and the production shape's web processes on PostgreSQL; everybody reads mail by the daily digest, so
that nothing is sent meanwhile. By 8 connections. The other half of the question is what errors cost that have no
repeat: each has a text of its own, and its fold key is looked for and written.
"""

from collections.abc import Callable
from typing import Any

from bench.tools.http_load import load
from bench.tools.servers import Stage, stage
from bench.tools.table import Row

PEOPLE, CALLS, CONNECTIONS = 100, 1500, 8


def run() -> list[Row]:
    """Errors a second."""
    rows = []
    for shape, start in (("one process, SQLite", _one_process), ("PostgreSQL", _production)):
        with stage() as made:
            equal, single, plain = _rates(made, start)
        beside = "errors that do not fold"
        rows.append(Row(f"equal errors a second over REST, {shape}", equal, beside, plain, 1, short=True))
        rows.append(Row(f"errors without a repeat a second over REST, {shape}", single, beside, plain, 0.97))
    return rows


def _one_process(made: Stage) -> tuple[str, list[int]]:
    return made.seed(PEOPLE, daily=True), made.one_process()


def _production(made: Stage) -> tuple[str, list[int]]:
    made.postgres()
    made.redis()
    return made.seed(PEOPLE, daily=True), made.production("web")


def _rates(made: Stage, start: Callable[[Stage], tuple[str, list[int]]]) -> tuple[float, float, float]:
    """Of equal errors, of errors without a repeat, and of errors that do not fold, to one person each."""
    token, ports = start(made)
    bodies: list[Callable[[int], dict[str, Any]]] = [
        lambda n: _error("user1", "Line 3 is down"),
        lambda n: _error("user2", f"Line {n} is down"),
        lambda n: _error("user3", f"Line {n} is down") | {"fold_key": False},
    ]
    headers = {"Authorization": f"Bearer {token}"}
    for body in bodies:  # the connections, and the statements that they prepare
        _load(ports, headers, body, range(CALLS, CALLS + CALLS // 10))
    equal, single, plain = (_load(ports, headers, body, range(CALLS)) for body in bodies)
    return equal, single, plain


def _error(person: str, text: str) -> dict[str, Any]:
    return {"kind": "error", "recipients": [person], "header": "Telephony", "text": text}


def _load(ports: list[int], headers: dict[str, str], body: Callable[[int], Any], numbers: range) -> float:
    bodies = [body(n) for n in numbers]
    return load(ports, "/api/v1/notifications/", headers, bodies, connections=CONNECTIONS).rate
