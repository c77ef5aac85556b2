"""What backup and restore need of PostgreSQL."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from django.db import connection, transaction

from notifcenter.database.pooler import is_pooled
from notifcenter.operation.backup.progress import Progress
from notifcenter.operation.backup.schema import Table

if TYPE_CHECKING:  # with SQLite psycopg is not loaded
    from psycopg import Copy

WRITTEN_AT_ONCE = 1 << 20
BLOCK_BYTES = 16 << 20
"""So much is one COPY: the checks of foreign keys wait in memory until its end."""

OTHERS = """
    SELECT DISTINCT coalesce(nullif(application_name, ''), usename) || ' (pid ' || pid || ')' FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND coalesce(backend_type, 'client backend') = 'client backend' ORDER BY 1"""


POOLED = " (or a pooler keeps the connections of who has gone: name PostgreSQL's own address in DATABASE_URL)"


@contextmanager
def snapshot() -> Iterator[None]:
    """What is read inside is of one moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def write_rows(table: Table, out: IO[bytes], progress: Progress) -> int:
    """Write the rows of a table; gives how many there are."""
    number, buffered = 0, io.BufferedWriter(out, WRITTEN_AT_ONCE)
    with _copy(f"COPY {_target(table)} TO STDOUT") as copy:
        for line in copy:
            buffered.write(line)
            progress.add(1, table.name)
            number += 1
    buffered.detach()
    return number


def read_rows(table: Table, source: IO[bytes], progress: Progress) -> None:
    """Put rows that ``write_rows`` wrote into a table."""
    while lines := source.readlines(BLOCK_BYTES):
        with _copy(f"COPY {_target(table)} FROM STDIN") as copy:
            copy.write(b"".join(lines))
        progress.add(len(lines), table.name)


def number_from(table: Table, gap: int) -> None:
    """Let new rows have numbers that are larger than any by more than ``gap``."""
    name, column = connection.ops.quote_name(table.name), connection.ops.quote_name(table.serial)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence(%s, %s), coalesce(max({column}), 0) + %s) FROM {name}",
            [name, table.serial, gap],
        )


def in_use_by() -> str:
    """Who else is connected to the database, "" where nobody is."""
    with connection.cursor() as cursor:
        cursor.execute(OTHERS)
        others = ", ".join(name for (name,) in cursor.fetchall())
    return others + POOLED if others and is_pooled(connection.connection) else others


@contextmanager
def _copy(statement: str) -> "Iterator[Copy]":
    """Raises Django's DatabaseError, as its own statements do."""
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        yield copy


def _target(table: Table) -> str:
    columns = ", ".join(map(connection.ops.quote_name, table.columns))
    return f"{connection.ops.quote_name(table.name)} ({columns})"
