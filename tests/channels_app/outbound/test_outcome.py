"""What an answer means, and how long it asks us to wait."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from channels_app.outbound.outcome import Answer, of_answer, reference_time, retry_after
from notifcenter.channel import Gone, Refused, Retries, TryLater

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DAY = 86400


def date(**later):
    return format_datetime(NOW + timedelta(**later), usegmt=True)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        (date(seconds=90), 90),
        (date(days=-1), 0),
        ("999999999999", DAY),
        ("9" * 5000, DAY),
        (date(days=400), DAY),
        ("Fri, 31 Dec 9999 23:59:59 GMT", DAY),
    ],
)
def test_retry_after_is_digits_or_a_date_and_a_day_at_most(header, seconds):
    assert retry_after(header, now=NOW.timestamp()) == seconds


@pytest.mark.parametrize("header", ["", "soon", "²", "١٢", "-5", "+5", "1.5", "1e9", "5, 6", "NaN", "inf", "0x10"])
def test_what_is_neither_is_ignored(header):
    assert retry_after(header, now=NOW.timestamp()) is None


def test_a_date_is_compared_with_the_clock_of_who_wrote_it():
    assert reference_time({"Date": date(hours=-3)}) == (NOW - timedelta(hours=3)).timestamp()
    assert reference_time({"Date": "noon"}) == pytest.approx(datetime.now(UTC).timestamp(), abs=60)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 206, 299])
def test_any_2xx_is_success(status):
    assert of_answer(Answer(status), "h", gone=False) is None


@pytest.mark.parametrize(
    ("status", "kind", "host"),
    [(302, Refused, None), (400, Refused, None), (408, TryLater, "h"), (429, TryLater, ""), (503, TryLater, "h")],
)
def test_the_other_statuses(status, kind, host):
    outcome = of_answer(Answer(status, "Some\nwords"), "h", gone=False)
    assert isinstance(outcome, kind)
    assert getattr(outcome, "host", None) == host
    assert str(outcome) == f"HTTP {status}: Some words"


def test_who_never_refuses_for_good_is_asked_again():
    assert isinstance(of_answer(Answer(404), "h", gone=False, refusals_are_final=False), TryLater)
    assert isinstance(of_answer(Answer(410), "h", gone=True, refusals_are_final=False), Gone)


@pytest.mark.parametrize(
    ("after", "seconds"), [(0, 30), (-1, 30), (29, 30), (31, 31), (1e12, DAY), (float("nan"), 30), (float("inf"), DAY)]
)
def test_what_the_other_side_asks_never_shortens_the_wait_and_lasts_a_day_at_most(after, seconds):
    assert Retries(delays=(5, 30)).wait(2, after) == seconds


def test_without_a_wish_of_the_other_side_the_table_counts_a_little_at_random():
    waits = {Retries(delays=(5, 30)).wait(9, None) for _ in range(50)}
    assert len(waits) > 1
    assert min(waits) >= 24 and max(waits) <= 30
