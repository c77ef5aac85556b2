"""Statements of raw SQL whose rows come as JSON in one parameter, however many there are; one text for both databases.

In a statement ``{rows}`` is the source of the rows, each of them ``value``; ``value ->> 0`` is a column as text, and
``{number}``, ``{small}``, ``{truth}``, ``{time}`` and ``{uuid}`` after it make it what it is.
"""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection

from notifcenter.database.prepared import moment

POSTGRESQL = {
    "rows": "jsonb_array_elements(%s) AS new(value)",
    "number": "::bigint",
    "small": "::smallint",
    "truth": "::boolean",
    "time": "::timestamptz",
    "uuid": "::uuid",
}
SQLITE = dict.fromkeys(POSTGRESQL, "") | {"rows": "json_each(%s)"}


def execute(statement: str, rows: Sequence[tuple[Any, ...]], *before: str) -> list[tuple[Any, ...]]:
    """Execute it once for all rows, if there are any; gives what it returns.

    Columns may be datetimes. ``before``: the values of parameters that come before the rows.
    """
    if not rows:
        return []
    dialect = POSTGRESQL if connection.vendor == "postgresql" else SQLITE
    with connection.cursor() as cursor:
        cursor.execute(statement.format(**dialect), [*before, json.dumps(rows, default=cache(moment))])
        return list(cursor.fetchall()) if cursor.description else []
