"""The few statements that every publication and every look at a centre make, given to the driver as they are.

Django's cursor around each would cost as much again as the database. PostgreSQL parses and plans them once a
connection, which costs it more than doing them; they are found by keys, so one plan is right for all values.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections

FEW = 20
"""A list of another length is another statement, so long ones would only push the others out."""

Values = Sequence[Any] | dict[str, Any]


def rows(statement: str, values: Values, *, anew: bool = False) -> list[Any]:
    """The rows that a statement gives; none where it only writes, which on PostgreSQL needs a RETURNING.

    ``anew``: it is planned each time for its values, since one plan would not be right for all.
    """
    here = connections[DEFAULT_DB_ALIAS]  # looked up once: through ``connection`` it would be at every attribute
    if here.queries_logged or here.execute_wrappers:
        return _watched(here, statement, values, anew)
    here.ensure_connection()
    here.validate_no_broken_transaction()
    with here.wrap_database_errors:
        if here.vendor == "postgresql":
            return list(_cursor(here, anew or len(values) > FEW).execute(statement, values).fetchall())
        return list(here.connection.execute(_native(statement, isinstance(values, dict)), values).fetchall())


def first(statement: str, values: Values) -> list[Any]:
    """The rows of what a request reads first: a connection that has died meanwhile is noticed here, and replaced."""
    here: Any = connections[DEFAULT_DB_ALIAS]
    try:
        found = rows(statement, values)
    except (OperationalError, InterfaceError):
        if here.connection is None or here.in_atomic_block or here.is_usable():
            raise
        here.close()
        found = rows(statement, values)
    here.health_check_done = True  # Django need not ask once more
    return found


def _watched(here: Any, statement: str, values: Values, anew: bool) -> list[Any]:
    """The same by Django's cursor, which tells whoever counts or explains statements."""
    with here.cursor() as cursor:
        if here.vendor == "postgresql":
            cursor.cursor = _cursor(here, anew or len(values) > FEW)
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _cursor(here: Any, anew: bool) -> Any:
    from psycopg import ClientCursor, Cursor  # not on SQLite

    return (ClientCursor if anew else Cursor)(here.connection)


@cache
def _native(statement: str, named: bool) -> str:
    """With SQLite's own marks for values."""
    return statement % _Names() if named else statement.replace("%s", "?")


class _Names(dict[str, str]):
    """Every name's mark."""

    def __missing__(self, name: str) -> str:
        return f":{name}"
