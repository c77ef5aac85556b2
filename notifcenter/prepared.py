"""The few statements that every publication makes: PostgreSQL parses and plans each of them once a connection.

That costs it more than doing them. They are found by keys, so one plan is right for all values; Django's other
statements are not, and go as ever with their values written into them. And they go to the driver as they are: Django's
cursor around each would cost as much again as the database.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import InterfaceError, OperationalError, connection

FEW = 20
"""A list of another length is another statement, so long ones would only push the others out."""

Values = Sequence[Any] | dict[str, Any]


def rows(statement: str, values: Values) -> list[Any]:
    """The rows that a statement gives; none where it only writes, which on PostgreSQL needs a RETURNING."""
    if connection.queries_logged or connection.execute_wrappers:
        return _watched(statement, values)
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        if connection.vendor == "postgresql":
            return list(_cursor(len(values)).execute(statement, values).fetchall())
        return list(connection.connection.execute(_native(statement, isinstance(values, dict)), values).fetchall())


def first(statement: str, values: Values) -> list[Any]:
    """The rows of what a request reads first: a connection that has died meanwhile is noticed here, and replaced."""
    try:
        found = rows(statement, values)
    except (OperationalError, InterfaceError):
        if connection.connection is None or connection.in_atomic_block or connection.is_usable():
            raise
        connection.close()
        found = rows(statement, values)
    connection.health_check_done = True  # type: ignore[attr-defined]  # Django need not ask once more
    return found


def _watched(statement: str, values: Values) -> list[Any]:
    """The same by Django's cursor, which tells whoever counts or explains statements."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.cursor = _cursor(len(values))
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _cursor(values: int) -> Any:
    from psycopg import ClientCursor, Cursor  # not on SQLite

    return (Cursor if values <= FEW else ClientCursor)(connection.connection)


@cache
def _native(statement: str, named: bool) -> str:
    """With SQLite's own marks for values."""
    return statement % _Names() if named else statement.replace("%s", "?")


class _Names(dict[str, str]):
    """Every name's mark."""

    def __missing__(self, name: str) -> str:
        return f":{name}"
