from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.schedule import is_occurrence, next_after_mail, next_due, previous_due, zones

ZONES = st.sampled_from(sorted(zones())).map(ZoneInfo)
HOURS = st.times(max_value=time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 12, 31), timezones=st.just(UTC))
SLOWLY = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
BERLIN, NUUK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/Nuuk")


@cache
def changes_of_clocks(zone: ZoneInfo) -> list[datetime]:
    """The days, 2020 to 2040, in whose course the zone's offset changes."""
    days = [utc(2020, 1, 1) + timedelta(days=number) for number in range(366 + 20 * 365 + 5)]
    offsets = [day.astimezone(zone).utcoffset() for day in days]
    return [day for day, before, after in zip(days, offsets, offsets[1:], strict=False) if before != after]


@st.composite
def cases(draw: st.DrawFn) -> tuple[ZoneInfo, time, datetime]:
    """A zone, an hour and a moment; often shortly before the clocks change, with an hour of the night."""
    zone = draw(ZONES)
    changes = changes_of_clocks(zone)
    if not changes or draw(st.integers(0, 3)) == 0:
        return zone, draw(HOURS), draw(MOMENTS)
    after = draw(st.sampled_from(changes)) - timedelta(hours=draw(st.integers(0, 72)))
    hour = time(draw(st.sampled_from([0, 0, 1, 2, 3, 22, 23])), draw(st.sampled_from([0, 15, 30, 45, 59])))
    return zone, hour, after


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def a_fortnight(hour: time, zone: ZoneInfo, after: datetime) -> list[datetime]:
    found = [after]
    for _day in range(14):
        found.append(next_due(hour, zone, found[-1]))
    return found[1:]


def local_dates(dues: list[datetime], zone: ZoneInfo) -> list[date]:
    return [due.astimezone(zone).date() for due in dues]


@settings(max_examples=400, **SLOWLY)
@given(case=cases())
@example((NUUK, time(23, 30), utc(2025, 3, 28, 12)))
@example((ZoneInfo("Australia/Lord_Howe"), time(2, 15), utc(2026, 10, 1)))
@example((ZoneInfo("Africa/Casablanca"), time(2, 30), utc(2030, 1, 1)))
def test_no_local_day_has_two_mails_and_no_mail_is_more_than_two_days_after_another(case):
    zone, hour, after = case
    dues = a_fortnight(hour, zone, after)
    dates = local_dates(dues, zone)
    assert dues == sorted(set(dues))
    assert dues[0] > after
    assert len(set(dates)) == len(dates)
    assert all(later - earlier < timedelta(hours=49) for earlier, later in zip(dues, dues[1:], strict=False))


@settings(max_examples=400, **SLOWLY)
@given(case=cases())
@example((NUUK, time(23, 30), utc(2025, 3, 30, 0, 30)))
def test_windows_follow_each_other_without_gap_or_overlap(case):
    zone, hour, after = case
    dues = a_fortnight(hour, zone, after)
    assert [previous_due(hour, zone, due) for due in dues[1:]] == dues[:-1]
    assert all(is_occurrence(hour, zone, due) for due in dues)


@settings(max_examples=400, **SLOWLY)
@given(case=cases())
def test_a_mail_is_due_at_its_hour_or_at_the_first_instant_after_the_gap(case):
    zone, hour, after = case
    for due in a_fortnight(hour, zone, after):
        local = due.astimezone(zone)
        before = (due - timedelta(seconds=1)).astimezone(zone)
        wall = local.replace(tzinfo=None)
        if local.time() != hour:
            assert before.utcoffset() < local.utcoffset()
            assert before.replace(tzinfo=None).time() < hour or before.date() < local.date()
        else:
            assert wall.replace(tzinfo=zone, fold=0).astimezone(UTC) == due, "of two the first"


@settings(max_examples=300, **SLOWLY)
@given(case=cases(), new_zone=ZONES, new_hour=HOURS, passed=st.integers(0, 24 * 60))
def test_after_a_change_the_next_mail_is_in_another_local_day_than_the_last(case, new_zone, new_hour, passed):
    mailed_at = next_due(case[1], case[0], case[2])
    now = mailed_at + timedelta(minutes=passed)
    due = next_after_mail(new_hour, new_zone, now, mailed_at)
    assert due > now
    assert is_occurrence(new_hour, new_zone, due)
    assert due.astimezone(new_zone).date() > mailed_at.astimezone(new_zone).date()


@pytest.mark.parametrize(
    ("zone", "hour", "after", "due"),
    [
        (BERLIN, time(18), utc(2026, 6, 1, 15, 59), utc(2026, 6, 1, 16)),
        (BERLIN, time(18), utc(2026, 6, 1, 16), utc(2026, 6, 2, 16)),
        (BERLIN, time(2, 30), utc(2025, 3, 29, 12), utc(2025, 3, 30, 1)),
        (BERLIN, time(2, 30), utc(2025, 10, 25, 12), utc(2025, 10, 26, 0, 30)),
        (BERLIN, time(2, 30), utc(2025, 10, 26, 0, 30), utc(2025, 10, 27, 1, 30)),
        (NUUK, time(23, 30), utc(2025, 3, 29, 12), utc(2025, 3, 30, 1)),
        (NUUK, time(23, 30), utc(2025, 3, 30, 1), utc(2025, 4, 1, 0, 30)),
        (ZoneInfo("Australia/Lord_Howe"), time(2, 15), utc(2026, 10, 3, 12), utc(2026, 10, 3, 15, 30)),
        (ZoneInfo("Pacific/Kiritimati"), time(0), utc(2026, 1, 1), utc(2026, 1, 1, 10)),
    ],
)
def test_the_known_oddities_of_clocks(zone, hour, after, due):
    assert next_due(hour, zone, after) == due


def test_without_a_mail_today_a_changed_hour_may_come_today():
    assert next_after_mail(time(20), BERLIN, utc(2026, 6, 1, 17), None) == utc(2026, 6, 1, 18)
    assert next_after_mail(time(20), BERLIN, utc(2026, 6, 1, 17), utc(2026, 6, 1, 16)) == utc(2026, 6, 2, 18)


def test_the_zones_on_offer_are_those_of_tzdata_and_every_one_of_them_is_there() -> None:
    assert {"UTC", "Europe/Moscow", "Asia/Kathmandu", "US/Pacific"} <= zones()
    assert zones().isdisjoint({"localtime", "Factory", "posixrules", "posix/UTC", "right/UTC"})
    assert {ZoneInfo(name).key for name in zones()} == zones()
