"""The two statements that open windows: as many as a batch has, in one parameter each."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection

MAILS = """
    INSERT INTO channels_app_digestmail (user_id, window_start, window_end, state, due_at, priority, reason, attempts)
    SELECT (value ->> 0){id}, (value ->> 1){time}, (value ->> 2){time}, value ->> 3, (value ->> 4){time},
        (value ->> 5){small}, '', 0
    FROM {rows} WHERE true
    ON CONFLICT DO NOTHING"""

SCHEDULES = """
    UPDATE accounts_digestschedule
    SET window_start = (value ->> 1){time}, next_due_at = (value ->> 2){time}, mailed_at = (value ->> 3){time}
    FROM {rows} WHERE user_id = (value ->> 0){id}"""

POSTGRESQL = {
    "rows": "jsonb_array_elements(%s) AS new(value)",
    "id": "::bigint",
    "time": "::timestamptz",
    "small": "::smallint",
}
SQLITE = {"rows": "json_each(%s)", "id": "", "time": "", "small": ""}

Row = tuple[Any, ...]


def write(mails: Sequence[Row], schedules: Sequence[Row]) -> None:
    """Write mails down, those that are there already excepted, and move schedules on.

    ``mails``: [(user, window start, window end, state, due at, priority)]; ``schedules``: [(user, window
    start, next due at, mailed at)].
    """
    dialect, text = POSTGRESQL if connection.vendor == "postgresql" else SQLITE, cache(_text)
    with connection.cursor() as cursor:
        for statement, rows in ((MAILS, mails), (SCHEDULES, schedules)):
            cursor.execute(statement.format(**dialect), [json.dumps(rows, default=text)])


def _text(moment: Any) -> str:
    """As the database takes a time; those of a batch are few."""
    return str(connection.ops.adapt_datetimefield_value(moment))
