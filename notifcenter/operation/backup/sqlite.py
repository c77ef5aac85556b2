"""What backup and restore need of SQLite."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.db import OperationalError, connection, transaction

from notifcenter.operation.backup import copy_text
from notifcenter.operation.backup.progress import Progress
from notifcenter.operation.backup.schema import Table

ROWS_AT_ONCE = 2000


@contextmanager
def snapshot() -> Iterator[None]:
    """What is read inside is of one moment; unlike a transaction of Django's it keeps nobody from writing."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def write_rows(table: Table, out: IO[bytes], progress: Progress) -> int:
    """Write the rows of a table; gives how many there are."""
    number = 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_names(table)} FROM {connection.ops.quote_name(table.name)}")
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            out.write("".join(map(copy_text.line, rows)).encode())
            progress.add(len(rows), table.name)
            number += len(rows)
    return number


def read_rows(table: Table, source: IO[bytes], progress: Progress) -> None:
    """Put rows that ``write_rows`` wrote into a table."""
    types, places = list(table.columns.values()), ", ".join(["%s"] * len(table.columns))
    insert = f"INSERT INTO {connection.ops.quote_name(table.name)} ({_names(table)}) VALUES ({places})"
    lines = io.TextIOWrapper(source, "utf-8", newline="\n")
    while batch := [copy_text.row(line, types) for _n, line in zip(range(ROWS_AT_ONCE), lines, strict=False)]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(insert, batch)
        progress.add(len(batch), table.name)


def number_from(table: Table, gap: int) -> None:
    """Let new rows have numbers that are larger than any by more than ``gap``."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
        cursor.execute(
            f"INSERT INTO sqlite_sequence (name, seq) SELECT %s, coalesce(max({table.serial}), 0) + %s "
            f"FROM {connection.ops.quote_name(table.name)}",
            [table.name, gap],
        )


def in_use_by() -> str:
    """Who else has the database open, "" where nobody has."""
    connection.close()
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 0")
            cursor.execute("PRAGMA locking_mode = EXCLUSIVE")
            cursor.execute("BEGIN EXCLUSIVE")
            cursor.execute("ROLLBACK")
    except OperationalError:
        return "another process"
    finally:
        connection.close()
    return ""


def _names(table: Table) -> str:
    return ", ".join(map(connection.ops.quote_name, table.columns))
