"""The two statements that open windows: as many as a batch has, in one parameter each."""

from collections.abc import Sequence
from typing import Any

from notifcenter.database import json_rows

MAILS = """
    INSERT INTO channels_app_digestmail (user_id, window_start, window_end, state, due_at, priority, reason, attempts)
    SELECT (value ->> 0){number}, (value ->> 1){time}, (value ->> 2){time}, value ->> 3, (value ->> 4){time},
        (value ->> 5){small}, '', 0
    FROM {rows} WHERE true
    ON CONFLICT DO NOTHING"""

SCHEDULES = """
    UPDATE accounts_digestschedule
    SET window_start = (value ->> 1){time}, next_due_at = (value ->> 2){time}, mailed_at = (value ->> 3){time}
    FROM {rows} WHERE user_id = (value ->> 0){number}"""

Row = tuple[Any, ...]


def write(mails: Sequence[Row], schedules: Sequence[Row]) -> None:
    """Write mails down, those that are there already excepted, and move schedules on.

    ``mails``: [(user, window start, window end, state, due at, priority)]; ``schedules``: [(user, window
    start, next due at, mailed at)].
    """
    json_rows.execute(MAILS, mails)
    json_rows.execute(SCHEDULES, schedules)
