"""When a daily mail is due, and what belongs to it by its time."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest

from accounts.models import DigestSchedule, User
from notifcenter.models import State
from tests.channels_app.digest.daily import DAY, DUE, MINUTE, NOON, say, send_due, states, text_of
from tests.choosing import choose
from tests.fakes.smtp import SmtpServer

pytestmark = pytest.mark.django_db


def test_the_daily_mail_has_what_was_published_in_its_window(anna: User, smtp: SmtpServer) -> None:
    say(anna, "On the dot of yesterday", DUE - DAY)
    say(anna, "Just before today's hour", DUE - timedelta(seconds=1))
    say(anna, "On the dot of today", DUE)
    assert send_due(DUE) == 1
    [mail] = smtp.to("anna@example.com")
    assert mail.message["Subject"] == "2 unread notifications"
    assert "On the dot of yesterday" in text_of(mail)
    assert "Just before today's hour" in text_of(mail)
    assert "On the dot of today" not in text_of(mail)
    assert send_due(DUE + DAY) == 1
    assert "On the dot of today" in text_of(smtp.received[-1])


def test_nothing_is_sent_before_the_hour(anna: User, smtp: SmtpServer) -> None:
    say(anna, "Hello", NOON)
    assert send_due(DUE - timedelta(seconds=1)) == 0
    assert smtp.received == []


def test_the_hour_is_that_of_the_readers_zone(make_reader: Callable[..., User], smtp: SmtpServer) -> None:
    tokyo = make_reader("kenji", timezone="Asia/Tokyo")
    say(tokyo, "Hello", NOON - timedelta(hours=6))
    assert send_due(datetime(2097, 3, 10, 8, 59, tzinfo=UTC)) == 0
    assert send_due(datetime(2097, 3, 10, 9, 0, tzinfo=UTC)) == 1


def test_a_second_look_in_the_same_minute_sends_nothing(anna: User, smtp: SmtpServer) -> None:
    say(anna, "Hello", NOON)
    assert [send_due(DUE), send_due(DUE), send_due(DUE + MINUTE)] == [1, 0, 0]
    assert len(smtp.received) == 1


def test_a_late_start_sends_the_window_that_was_missed_and_loses_no_later_one(anna: User, smtp: SmtpServer) -> None:
    say(anna, "In the window", NOON)
    say(anna, "After it", DUE + 2 * MINUTE)
    assert send_due(DUE + timedelta(hours=23)) == 1
    assert "In the window" in text_of(smtp.received[0])
    assert "After it" not in text_of(smtp.received[0])
    assert send_due(DUE + DAY) == 1
    assert "After it" in text_of(smtp.received[1])


def test_a_window_more_than_a_day_late_is_dropped_and_the_next_one_is_sent(anna: User, smtp: SmtpServer) -> None:
    say(anna, "First day", NOON)
    say(anna, "Second day", NOON + DAY)
    say(anna, "Third day", NOON + 2 * DAY)
    assert send_due(DUE + 2 * DAY + timedelta(hours=1)) == 1
    assert "Third day" in text_of(smtp.received[0])
    assert "Second day" not in text_of(smtp.received[0])
    assert states(anna) == [(State.EXPIRED, "expired"), (State.EXPIRED, "expired"), (State.SENT, "digested")]


def test_what_was_committed_only_after_its_window_closed_comes_the_next_day(anna: User, smtp: SmtpServer) -> None:
    say(anna, "In time", NOON)
    send_due(DUE)
    say(anna, "Straggler", DUE - timedelta(seconds=1))
    assert send_due(DUE + DAY) == 1
    assert "Straggler" in text_of(smtp.received[1])


def test_a_changed_hour_counts_from_its_next_occurrence_without_a_second_mail_that_day(
    anna: User, smtp: SmtpServer
) -> None:
    say(anna, "First", NOON)
    send_due(DUE)
    choose(anna, {"digest": {"time": "21:00"}}, DUE + MINUTE)
    say(anna, "Second", DUE + timedelta(hours=1))
    assert send_due(DUE + timedelta(hours=3, minutes=1)) == 0
    assert send_due(DUE + DAY) == 0
    assert send_due(DUE + DAY + timedelta(hours=3)) == 1
    assert "Second" in text_of(smtp.received[1])


def test_an_earlier_hour_takes_effect_the_same_day_and_loses_nothing(anna: User, smtp: SmtpServer) -> None:
    say(anna, "Yesterday evening", DUE - DAY + MINUTE)
    choose(anna, {"digest": {"time": "13:00"}}, NOON)
    assert send_due(NOON + timedelta(hours=1)) == 1
    assert send_due(DUE) == 0


def test_a_broken_schedule_holds_up_nobody(make_reader: Callable[..., User], smtp: SmtpServer) -> None:
    broken, whole = make_reader("broken"), make_reader("whole")
    say(broken, "Hello", NOON)
    say(whole, "Hello", NOON)
    DigestSchedule.objects.filter(user=broken).update(timezone="Mars/Olympus")
    assert send_due(DUE) == 1
    assert [mail.recipients for mail in smtp.received] == [["whole@example.com"]]


def test_the_time_of_writing_is_kept_apart_from_the_date_a_provider_gives(anna: User, smtp: SmtpServer) -> None:
    say(anna, "Far away", NOON, date=19_534_084_500)
    assert send_due(DUE) == 1


def test_a_person_with_no_choice_of_hour_gets_it_at_six(anna: User) -> None:
    assert DigestSchedule.objects.get(user=anna).time == time(18)
