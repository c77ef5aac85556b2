"""The few statements that every publication and every view of an inbox make, given to the driver as they are.

Django's cursor around each would cost as much again as the database. PostgreSQL parses and plans them once a
connection, which costs it more than executing them; they find rows by keys, so one plan fits all values.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections

PREPARED_VALUES_MAX = 20
"""A list of another length is another statement, so long ones would only push the others out."""

STATEMENTS_MAX = 500
"""A search is another statement for another number of words."""

Values = Sequence[Any] | dict[str, Any]


def rows(statement: str, values: Values, *, replan: bool = False) -> list[Any]:
    """The rows that a statement gives; none where it only writes, which on PostgreSQL needs a RETURNING.

    ``replan``: plan it each time for its values, where one plan does not fit all.
    """
    database = connections[DEFAULT_DB_ALIAS]  # looked up once: through ``connection`` it would be at every attribute
    if database.queries_logged or database.execute_wrappers:
        return _rows_by_django(database, statement, values, replan=replan)
    database.ensure_connection()
    database.validate_no_broken_transaction()
    with database.wrap_database_errors:
        if database.vendor == "postgresql":
            return list(_cursor(database, values, replan=replan).execute(statement, values).fetchall())
        native = _sqlite_statement(statement, named=isinstance(values, dict))
        return list(database.connection.execute(native, values).fetchall())


def first(statement: str, values: Values) -> list[Any]:
    """The rows of a request's first statement: a connection that was lost meanwhile is noticed here, and replaced."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    try:
        result = rows(statement, values)
    except (OperationalError, InterfaceError):
        if database.connection is None or database.in_atomic_block or database.is_usable():
            raise
        database.close()
        result = rows(statement, values)
    database.health_check_done = True  # Django need not check once more
    return result


def moment(at: datetime | None) -> str | None:
    """A time as a value of such a statement: as Django writes it into SQLite; PostgreSQL's connections are at UTC."""
    return None if at is None else str(at.astimezone(UTC).replace(tzinfo=None))


def _rows_by_django(database: Any, statement: str, values: Values, *, replan: bool) -> list[Any]:
    """The same through Django's cursor, where statements are logged, counted or explained."""
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.cursor = _cursor(database, values, replan=replan)
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _cursor(database: Any, values: Values, *, replan: bool) -> Any:
    from psycopg import ClientCursor, Cursor  # noqa: PLC0415 - loads libpq, which SQLite does not need

    return (ClientCursor if replan or len(values) > PREPARED_VALUES_MAX else Cursor)(database.connection)


@lru_cache(maxsize=STATEMENTS_MAX)
def _sqlite_statement(statement: str, *, named: bool) -> str:
    """With SQLite's own placeholders."""
    return statement % _Names() if named else statement.replace("%s", "?")


class _Names(dict[str, str]):
    """The placeholder of every name."""

    def __missing__(self, name: str) -> str:
        return f":{name}"
