"""Bytes that a publication to one person takes in the store, tables and indexes, on SQLite and on PostgreSQL.

5,000 are published over REST to 1,000 people without a device, who read mail by the daily digest; nothing goes out
meanwhile, and no call has an Idempotency-Key, which is forgotten after a day. Beside it the same publications as the
first edition stored them (``first_edition``). Both stores are rewritten without gaps before they are weighed.
"""

import sqlite3
from pathlib import Path

import psycopg

from bench.peers import first_edition
from bench.tools.http_load import load
from bench.tools.pages import publication
from bench.tools.servers import Stage, stage
from bench.tools.table import Row

PUBLICATIONS, PEOPLE, CONNECTIONS = 5000, 1000, 8
GOAL = 1.67  # at most 0.6 of the bytes
SIZE = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relname LIKE '{}%'"


def run() -> list[Row]:
    """Bytes."""
    return [_row("SQLite", *_on_sqlite()), _row("PostgreSQL", *_on_postgres())]


def _row(database: str, ours: float, first: float) -> Row:
    question, beside = f"stored for a publication, {database}", "as the first edition stored it"
    figures = ours / PUBLICATIONS, beside, first / PUBLICATIONS
    return Row(question, *figures, GOAL, unit="bytes", smaller=True, short=database == "PostgreSQL")


def _on_sqlite() -> tuple[float, float]:
    with stage() as made:
        token = made.seed(PEOPLE, daily=True)
        file = made.folder / "data" / "db.sqlite3"
        empty = _file_size(file)
        _publish(made.one_process(), token)
        made.clear()
        ours = _file_size(file) - empty
        first = made.folder / "first.sqlite3"
        with sqlite3.connect(first) as connection:
            for statement in first_edition.tables(first_edition.SQLITE):
                connection.execute(statement)
        empty = _file_size(first)
        with sqlite3.connect(first) as connection:
            first_edition.store(connection.executemany, PUBLICATIONS, PEOPLE)
        return ours, _file_size(first) - empty


def _file_size(file: Path) -> int:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("VACUUM")
    [pages] = connection.execute("PRAGMA page_count").fetchone()
    [size] = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    return int(pages * size)


def _on_postgres() -> tuple[float, float]:
    with stage() as made:
        made.postgres()
        made.redis()
        token = made.seed(PEOPLE, daily=True)
        empty = _tables_size(made, "notifcenter_")
        _publish(made.production("web"), token)
        ours = _tables_size(made, "notifcenter_") - empty
        with psycopg.connect(made.env["DATABASE_URL"]) as connection:
            for statement in first_edition.tables(first_edition.POSTGRES):
                connection.execute(statement.encode())
        empty = _tables_size(made, "first_")
        with psycopg.connect(made.env["DATABASE_URL"]) as connection:
            _store_first(connection.cursor())
        return ours, _tables_size(made, "first_") - empty


def _store_first(cursor: psycopg.Cursor) -> None:
    first_edition.store(
        lambda sql, rows: cursor.executemany(sql.replace("?", "%s").encode(), rows), PUBLICATIONS, PEOPLE
    )


def _tables_size(made: Stage, prefix: str) -> int:
    with psycopg.connect(made.env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("VACUUM FULL")
        [size] = connection.execute(SIZE.format(prefix).encode()).fetchone() or (0,)
    return int(size)


def _publish(ports: list[int], token: str) -> None:
    bodies = [publication(f"user{n % PEOPLE}") for n in range(PUBLICATIONS)]
    load(ports, "/api/v1/notifications/", {"Authorization": f"Bearer {token}"}, bodies, connections=CONNECTIONS)
