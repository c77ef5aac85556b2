"""The windows of daily mail: whose is due, and each window once.

A schedule that is due opens its window: a ``DigestMail`` is written and the schedule moves on, in one transaction. The
mail is then a row of a queue (``queue.py``). So two schedulers, a crash or a late start neither lose nor double one;
only a crash between sending and recording can, and then both copies have the same Message-ID.
"""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfoNotFoundError

from django.db import connection, transaction

from accounts import schedule
from accounts.models import DigestSchedule
from channels_app.digest import mails, sql
from channels_app.models import DigestMail
from notifcenter.models import State
from notifcenter.operation import crash_points

logger = logging.getLogger(__name__)

SCHEDULES_AT_ONCE = 1000


@dataclass(frozen=True)
class Window:
    """What one person's daily mail covers; ``late``: it ended too long ago to be sent still."""

    user: int
    start: datetime
    end: datetime
    late: bool = False


def open_windows(now: datetime, *, too_old: datetime | None = None) -> int:
    """Write down the mails of schedules that are due, as many as a transaction takes well; gives how many were due.

    The mail of a window that ended by ``too_old`` (``mails.LATEST`` ago) has expired.
    """
    due = DigestSchedule.objects.filter(next_due_at__lte=now).select_related("user").order_by("next_due_at")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    with transaction.atomic():
        rows = list(due[:SCHEDULES_AT_ONCE])
        if rows:
            _open(rows, now, too_old or now - mails.LATEST)
    crash_points.at("digest.opened")
    return len(rows)


def _open(rows: Sequence[DigestSchedule], now: datetime, too_old: datetime) -> None:
    users = [row.pk for row in rows]
    leased = mails.give_up(users, now)
    waiting = mails.waiting(users)
    windows = [
        window
        for row in rows
        for window in _passed(row, now, too_old, _oldest(row.pk, waiting, leased))
        if window.user in waiting and waiting[window.user][0] < window.end
    ]
    _write(rows, windows, {user: priority for user, (_oldest, priority) in waiting.items()}, now)


def _oldest(user: int, waiting: Mapping[int, tuple[datetime, int]], leased: Collection[int]) -> datetime | None:
    return None if user in leased or user not in waiting else waiting[user][0]


def _passed(row: DigestSchedule, now: datetime, too_old: datetime, oldest: datetime | None) -> Iterator[Window]:
    """Move a schedule past the windows that ended by now.

    ``oldest`` waits longest: what was committed only after its own window had closed comes into the next one.
    """
    try:
        if oldest and oldest < row.window_start:
            row.window_start = oldest
        if row.next_due_at <= too_old:
            yield _skipped(row, too_old)
        while row.next_due_at <= now:
            yield Window(row.pk, row.window_start, row.next_due_at)
            row.window_start = row.next_due_at
            row.next_due_at = schedule.next_due(row.time, row.zone, row.next_due_at)
    except (ZoneInfoNotFoundError, ValueError, OverflowError):
        logger.exception("the schedule of user %s is broken, its digest waits a day", row.pk)
        row.next_due_at = now + mails.LATEST


def _skipped(row: DigestSchedule, too_old: datetime) -> Window:
    row.next_due_at = schedule.next_due(row.time, row.zone, too_old)
    begun, row.window_start = row.window_start, schedule.previous_due(row.time, row.zone, row.next_due_at)
    return Window(row.pk, begun, row.window_start, late=True)


def _write(
    rows: Sequence[DigestSchedule], windows: Sequence[Window], priorities: Mapping[int, int], now: datetime
) -> None:
    mailed: Mapping[int, datetime] = {window.user: window.end for window in windows if not window.late}
    sql.write(
        [(*_mail(window, now), priorities[window.user]) for window in windows],
        [(row.pk, row.window_start, row.next_due_at, mailed.get(row.pk, row.mailed_at)) for row in rows],
    )
    if late := [window.user for window in windows if window.late]:
        expired = DigestMail.objects.filter(user__any_of=late, state=State.EXPIRED, finished_at=None)
        mails.end(list(expired), State.EXPIRED, "expired", now)


def _mail(window: Window, now: datetime) -> tuple[int, datetime, datetime, State, datetime | None]:
    state, due_at = (State.EXPIRED, None) if window.late else (State.PENDING, now)
    return window.user, window.start, window.end, state, due_at
