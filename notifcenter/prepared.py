"""The few statements that every publication makes: PostgreSQL parses and plans each of them once a connection.

That costs it more than doing them. They are found by keys, so one plan is right for all values; Django's other
statements are not, and go as ever with their values written into them.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection

FEW = 20
"""A list of another length is another statement, so long ones would only push the others out."""


def rows(statement: str, values: Sequence[Any] | dict[str, Any]) -> list[Any]:
    """The rows that a statement gives; none where it only writes, which on PostgreSQL needs a RETURNING."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(values) <= FEW:
            from psycopg import Cursor  # not on SQLite

            cursor.cursor = Cursor(connection.connection)
        cursor.execute(statement, values)
        return cursor.fetchall()
