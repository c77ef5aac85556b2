"""When somebody's digest is due: an hour of the day in a zone, whatever the clocks there do. Pure.

A day's occurrence of an hour is that instant; where the hour occurs twice, the first; where it does not exist, the
first instant after the gap. A gap may push it into the next local day (Greenland's ends at midnight): then it stands
for that day's own, so that no local day has two. Occurrences follow each other, so windows between them have no gap.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@cache
def zones() -> frozenset[str]:
    """The names of all zones of the package tzdata, but for the two that are no place: the same on every machine."""
    names = resources.files("tzdata").joinpath("zones").read_text().split()
    return frozenset(names) - {"Factory", "localtime"}


def next_due(hour: time, zone: ZoneInfo, after: datetime) -> datetime:
    """The first occurrence of ``hour`` later than ``after``, in UTC."""
    day = after.astimezone(zone).date() - DAY
    while (due := _occurrence(hour, zone, day)) is None or due <= after:
        day += DAY
    return due


def previous_due(hour: time, zone: ZoneInfo, before: datetime) -> datetime:
    """The last occurrence of ``hour`` earlier than ``before``, in UTC: where the window that ends there begins."""
    day = before.astimezone(zone).date() + DAY
    while (due := _occurrence(hour, zone, day)) is None or due >= before:
        day -= DAY
    return due


def next_after_mail(hour: time, zone: ZoneInfo, after: datetime, mailed_at: datetime | None) -> datetime:
    """``next_due``, but not in the local day of the last mail: for an hour or a zone that was changed."""
    due = next_due(hour, zone, after)
    while mailed_at and due.astimezone(zone).date() <= mailed_at.astimezone(zone).date():
        due = next_due(hour, zone, due)
    return due


def is_occurrence(hour: time, zone: ZoneInfo, instant: datetime) -> bool:
    """Whether ``hour`` occurs exactly then."""
    return next_due(hour, zone, instant - SECOND) == instant


@lru_cache(maxsize=10_000)
def _occurrence(hour: time, zone: ZoneInfo, day: date) -> datetime | None:
    due = _instant(hour, zone, day)
    pushed = _instant(hour, zone, day - DAY)
    return None if pushed.astimezone(zone).date() == due.astimezone(zone).date() else due


def _instant(hour: time, zone: ZoneInfo, day: date) -> datetime:
    local = datetime.combine(day, hour)
    instant = local.replace(tzinfo=zone).astimezone(UTC)
    return instant if _wall(instant, zone) == local else _end_of_gap(local, zone)


def _end_of_gap(local: datetime, zone: ZoneInfo) -> datetime:
    """The jump lies between the hour by the offset after it (``fold=1``) and by the one before: halve until found."""
    before = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while after - before > SECOND:
        middle = before + (after - before) // 2 // SECOND * SECOND
        before, after = (middle, after) if _wall(middle, zone) < local else (before, middle)
    return after


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)
