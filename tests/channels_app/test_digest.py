"""The daily mail, with the clock passed in and a real mail server."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import preferences
from accounts.models import DigestSchedule, User
from channels_app import digest, digest_mails, leases, tasks
from channels_app.models import DigestMail
from notifcenter import inbox
from notifcenter.models import Delivery, Notification, Provider, State
from notifcenter.publish import Publication, publish
from tests.fakes.smtp import SmtpServer

pytestmark = pytest.mark.django_db

NOON = datetime(2097, 3, 10, 12, tzinfo=UTC)  # leases are renewed by the real clock, which must be behind it
DUE = datetime(2097, 3, 10, 18, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def post(smtp: SmtpServer, settings: Any) -> None:
    """Mail goes to the test's own server."""
    settings.EMAIL_BACKEND = "channels_app.transports.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp.port
    settings.PUBLIC_URL = "https://crm.example.com"


@pytest.fixture
def telephony() -> Provider:
    return Provider.objects.create(code="telephony", name="Telephony")


@pytest.fixture
def make_reader(telephony: Provider) -> Callable[..., User]:
    """Somebody whose mail from the provider comes once a day, at 18:00 UTC."""

    def make(name: str = "anna", now: datetime = NOON - DAY, **profile: Any) -> User:
        profile = {"email": f"{name}@example.com", "timezone": "UTC", "language": "en"} | profile
        user = User.objects.create(username=name, **profile)
        daily = {"providers": [{"code": "telephony", "email_mode": "daily"}]}
        preferences.change(user, daily, now)
        return user

    return make


@pytest.fixture
def anna(make_reader: Callable[..., User]) -> User:
    return make_reader()


def say(user: User, text: str, at: datetime, **details: Any) -> Notification:
    provider = Provider.objects.get(code="telephony")
    publication = Publication(provider, "message", text, {user.pk: True}, header=text, details=details)
    return publish([publication], now=at)[0]


def states(user: User) -> list[tuple[str, str]]:
    rows = Delivery.objects.filter(user=user, channel="email").order_by("id")
    return list(rows.values_list("state", "reason"))


def text_of(mail: Any) -> str:
    return str(mail.message.get_body(("plain",)).get_content())


def test_the_daily_mail_has_what_was_published_in_its_window(anna: User, smtp: SmtpServer) -> None:
    say(anna, "On the dot of yesterday", DUE - DAY)
    say(anna, "Just before today's hour", DUE - timedelta(seconds=1))
    say(anna, "On the dot of today", DUE)
    assert digest.send_due(DUE) == 1
    [mail] = smtp.to("anna@example.com")
    assert mail.message["Subject"] == "2 unread notifications"
    assert "On the dot of yesterday" in text_of(mail)
    assert "Just before today's hour" in text_of(mail)
    assert "On the dot of today" not in text_of(mail)
    assert digest.send_due(DUE + DAY) == 1
    assert "On the dot of today" in text_of(smtp.received[-1])


def test_nothing_is_sent_before_the_hour(anna: User, smtp: SmtpServer) -> None:
    say(anna, "Hello", NOON)
    assert digest.send_due(DUE - timedelta(seconds=1)) == 0
    assert smtp.received == []


def test_nothing_unread_means_no_mail(anna: User, smtp: SmtpServer) -> None:
    read, removed = say(anna, "Read", NOON), say(anna, "Removed", NOON)
    inbox.mark(anna.pk, [read.pk], read=True, now=NOON)
    inbox.remove(anna.pk, [removed.pk], now=NOON)
    assert digest.send_due(DUE) == 0
    assert smtp.received == []
    assert states(anna) == [(State.SKIPPED, "read"), (State.SKIPPED, "deleted")]
    assert digest.send_due(DUE + DAY) == 0


def test_an_item_marked_unread_again_is_in_the_mail(anna: User, smtp: SmtpServer) -> None:
    item = say(anna, "Hello", NOON)
    inbox.mark(anna.pk, [item.pk], read=True, now=NOON)
    inbox.mark(anna.pk, [item.pk], read=False, now=NOON)
    assert digest.send_due(DUE) == 1


def test_five_are_shown_newest_first_with_no_link_to_the_rest(anna: User, smtp: SmtpServer) -> None:
    for number in range(5):
        say(anna, f"Message {number}", NOON + number * MINUTE)
    digest.send_due(DUE)
    text = text_of(smtp.received[0])
    assert [text.index(f"Message {number}") for number in (4, 3, 2, 1, 0)] == sorted(
        text.index(f"Message {number}") for number in range(5)
    )
    assert "/inbox/" not in smtp.received[0].message.as_string()


def test_of_more_than_five_the_newest_are_shown_and_a_link_leads_to_the_rest(anna: User, smtp: SmtpServer) -> None:
    for number in range(7):
        say(anna, f"Message {number}", NOON + number * MINUTE)
    digest.send_due(DUE)
    [mail] = smtp.received
    assert mail.message["Subject"] == "7 unread notifications"
    assert "Message 2" in text_of(mail)
    assert "Message 1" not in text_of(mail)
    html = mail.message.get_body(("html",)).get_content()
    assert html.rindex("https://crm.example.com/inbox/") > html.rindex("Message 2")
    assert "https://crm.example.com/inbox/" in text_of(mail)
    assert states(anna) == [(State.SENT, "digested")] * 7


def test_the_hour_is_that_of_the_readers_zone(make_reader: Callable[..., User], smtp: SmtpServer) -> None:
    tokyo = make_reader("kenji", timezone="Asia/Tokyo")
    say(tokyo, "Hello", NOON - timedelta(hours=6))
    assert digest.send_due(datetime(2097, 3, 10, 8, 59, tzinfo=UTC)) == 0
    assert digest.send_due(datetime(2097, 3, 10, 9, 0, tzinfo=UTC)) == 1


def test_what_comes_at_once_is_not_in_the_daily_mail(anna: User, smtp: SmtpServer) -> None:
    mail = Provider.objects.create(code="mail", name="Mail")
    publish([Publication(mail, "message", "At once", {anna.pk: True})], now=NOON)
    say(anna, "Daily", NOON)
    digest.send_due(DUE)
    assert "At once" not in text_of(smtp.received[0])


def test_what_was_daily_when_published_stays_in_the_digest_after_a_change_to_at_once(
    anna: User, smtp: SmtpServer
) -> None:
    say(anna, "Daily", NOON)
    preferences.change(anna, {"providers": [{"code": "telephony", "email_mode": "instant"}]}, NOON)
    assert digest.send_due(DUE) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"mail_off": True}, "mail_off"),
        ({"mail_blocked": "550 unknown"}, "mail_blocked"),
        ({"receive_notifications": False}, "master_off"),
        ({"email": ""}, "no_address"),
        ({"is_active": False}, "inactive"),
    ],
)
def test_who_switched_mail_off_meanwhile_gets_none(
    anna: User, smtp: SmtpServer, change: dict[str, Any], reason: str
) -> None:
    say(anna, "Hello", NOON)
    User.objects.filter(pk=anna.pk).update(**change)
    assert digest.send_due(DUE) == 0
    assert states(anna) == [(State.SKIPPED, reason)]


def test_a_provider_whose_mail_was_switched_off_meanwhile_is_left_out(anna: User, smtp: SmtpServer) -> None:
    loud = Provider.objects.create(code="loud", name="Loud")
    preferences.change(anna, {"providers": [{"code": "loud", "email_mode": "daily"}]}, NOON)
    publish([Publication(loud, "message", "Loud words", {anna.pk: True})], now=NOON)
    say(anna, "Hello", NOON)
    preferences.change(anna, {"providers": [{"code": "loud", "channels": {"email": False}}]}, NOON)
    assert digest.send_due(DUE) == 1
    assert smtp.received[0].message["Subject"] == "1 unread notification"
    assert states(anna) == [(State.SKIPPED, "channel_off"), (State.SENT, "digested")]


def test_what_is_left_out_makes_room_for_what_is_older(anna: User, smtp: SmtpServer) -> None:
    loud = Provider.objects.create(code="loud", name="Loud")
    preferences.change(anna, {"providers": [{"code": "loud", "email_mode": "daily"}]}, NOON)
    for number in range(7):
        say(anna, f"Message {number}", NOON + number * MINUTE)
        publish([Publication(loud, "message", "Loud words", {anna.pk: True})], now=NOON + timedelta(hours=1))
    preferences.change(anna, {"providers": [{"code": "loud", "channels": {"email": False}}]}, NOON)
    assert digest.send_due(DUE) == 1
    [mail] = smtp.received
    assert mail.message["Subject"] == "7 unread notifications"
    assert [n for n in range(7) if f"Message {n}" in text_of(mail)] == [2, 3, 4, 5, 6]
    assert "Loud words" not in text_of(mail)


def test_a_provider_that_only_the_older_ones_are_of_counts_too(anna: User, smtp: SmtpServer) -> None:
    loud = Provider.objects.create(code="loud", name="Loud")
    preferences.change(anna, {"providers": [{"code": "loud", "email_mode": "daily"}]}, NOON)
    say(anna, "First", NOON)
    say(anna, "Second", NOON)
    for _number in range(6):
        publish([Publication(loud, "message", "Loud words", {anna.pk: True})], now=NOON + MINUTE)
    assert digest.send_due(DUE) == 1
    [mail] = smtp.received
    assert mail.message["Subject"] == "8 unread notifications"
    assert text_of(mail).count("Loud words") == 5
    assert "First" not in text_of(mail) and "Second" not in text_of(mail)


def test_a_second_look_in_the_same_minute_sends_nothing(anna: User, smtp: SmtpServer) -> None:
    say(anna, "Hello", NOON)
    assert [digest.send_due(DUE), digest.send_due(DUE), digest.send_due(DUE + MINUTE)] == [1, 0, 0]
    assert len(smtp.received) == 1


def test_a_late_start_sends_the_window_that_was_missed_and_loses_no_later_one(anna: User, smtp: SmtpServer) -> None:
    say(anna, "In the window", NOON)
    say(anna, "After it", DUE + 2 * MINUTE)
    assert digest.send_due(DUE + timedelta(hours=23)) == 1
    assert "In the window" in text_of(smtp.received[0])
    assert "After it" not in text_of(smtp.received[0])
    assert digest.send_due(DUE + DAY) == 1
    assert "After it" in text_of(smtp.received[1])


def test_a_window_more_than_a_day_late_is_dropped_and_the_next_one_is_sent(anna: User, smtp: SmtpServer) -> None:
    say(anna, "First day", NOON)
    say(anna, "Second day", NOON + DAY)
    say(anna, "Third day", NOON + 2 * DAY)
    assert digest.send_due(DUE + 2 * DAY + timedelta(hours=1)) == 1
    assert "Third day" in text_of(smtp.received[0])
    assert "Second day" not in text_of(smtp.received[0])
    assert states(anna) == [(State.EXPIRED, "expired"), (State.EXPIRED, "expired"), (State.SENT, "digested")]


def test_what_was_committed_only_after_its_window_closed_comes_the_next_day(anna: User, smtp: SmtpServer) -> None:
    say(anna, "In time", NOON)
    digest.send_due(DUE)
    say(anna, "Straggler", DUE - timedelta(seconds=1))
    assert digest.send_due(DUE + DAY) == 1
    assert "Straggler" in text_of(smtp.received[1])


def test_a_mail_server_that_is_down_delays_the_mail_and_keeps_its_id(anna: User, smtp: SmtpServer) -> None:
    say(anna, "Hello", NOON)
    smtp.answer = "451 Try again"
    assert digest.send_due(DUE) == 0
    assert states(anna) == [(State.DIGEST, "daily")]
    smtp.stop()
    assert digest.send_due(DUE + MINUTE) == 0
    smtp.answer = "250 OK"
    smtp.start()
    assert digest.send_due(DUE + 3 * MINUTE) == 1
    assert smtp.received[0].message["Message-ID"] == f"<digest-{anna.pk}-{int(DUE.timestamp())}@crm.example.com>"


def test_what_cannot_be_sent_until_the_next_window_is_given_up(anna: User, smtp: SmtpServer) -> None:
    say(anna, "First", NOON)
    smtp.answer = "451 Try again"
    for minutes in range(0, 24 * 60, 60):
        digest.send_due(DUE + minutes * MINUTE)
    smtp.answer = "250 OK"
    say(anna, "Second", NOON + DAY)
    assert digest.send_due(DUE + DAY) == 1
    assert "First" not in text_of(smtp.received[0])
    assert states(anna) == [(State.FAILED, "451 Try again"), (State.SENT, "digested")]


def test_a_refused_mail_is_not_tried_again(anna: User, smtp: SmtpServer) -> None:
    say(anna, "Hello", NOON)
    smtp.recipient_answer = lambda _address: "550 No such user"
    digest.send_due(DUE)
    smtp.recipient_answer = lambda _address: "250 OK"
    assert digest.send_due(DUE + MINUTE) == 0
    assert states(anna) == [(State.FAILED, "550 No such user")]


def test_an_address_that_the_server_does_not_know_gets_no_more_mail(anna: User, smtp: SmtpServer) -> None:
    say(anna, "Hello", NOON)
    smtp.recipient_answer = lambda _address: "550 5.1.1 No such user"
    digest.send_due(DUE)
    anna.refresh_from_db()
    assert anna.mail_blocked == "550 5.1.1 No such user"
    assert states(anna) == [(State.FAILED, "550 5.1.1 No such user")]


def test_a_worker_that_died_with_mails_in_hand_is_followed_by_another(anna: User, smtp: SmtpServer) -> None:
    say(anna, "Hello", NOON)
    digest.open_windows(DUE)
    assert len(digest_mails.claim(DUE)) == 1
    assert digest.send_due(DUE + timedelta(seconds=20)) == 0
    assert digest.send_due(DUE + timedelta(seconds=40)) == 1


def test_a_worker_that_died_after_sending_repeats_the_same_message_id(
    anna: User, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(anna, "Hello", NOON)

    def die(rows: Any, *_values: Any) -> None:
        if rows:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(digest_mails, "write_off", die)
        with pytest.raises(KeyboardInterrupt):
            digest.send_due(DUE)
    digest.send_due(DUE + 2 * MINUTE)
    first, second = smtp.received
    assert first.message["Message-ID"] == second.message["Message-ID"]


def test_a_changed_hour_counts_from_its_next_occurrence_without_a_second_mail_that_day(
    anna: User, smtp: SmtpServer
) -> None:
    say(anna, "First", NOON)
    digest.send_due(DUE)
    preferences.change(anna, {"digest": {"time": "21:00"}}, DUE + MINUTE)
    say(anna, "Second", DUE + timedelta(hours=1))
    assert digest.send_due(DUE + timedelta(hours=3, minutes=1)) == 0
    assert digest.send_due(DUE + DAY) == 0
    assert digest.send_due(DUE + DAY + timedelta(hours=3)) == 1
    assert "Second" in text_of(smtp.received[1])


def test_an_earlier_hour_takes_effect_the_same_day_and_loses_nothing(anna: User, smtp: SmtpServer) -> None:
    say(anna, "Yesterday evening", DUE - DAY + MINUTE)
    preferences.change(anna, {"digest": {"time": "13:00"}}, NOON)
    assert digest.send_due(NOON + timedelta(hours=1)) == 1
    assert digest.send_due(DUE) == 0


def test_a_broken_schedule_holds_up_nobody(make_reader: Callable[..., User], smtp: SmtpServer) -> None:
    broken, whole = make_reader("broken"), make_reader("whole")
    say(broken, "Hello", NOON)
    say(whole, "Hello", NOON)
    DigestSchedule.objects.filter(user=broken).update(timezone="Mars/Olympus")
    assert digest.send_due(DUE) == 1
    assert [mail.recipients for mail in smtp.received] == [["whole@example.com"]]


def test_the_mail_speaks_the_readers_language(make_reader: Callable[..., User], smtp: SmtpServer) -> None:
    boris = make_reader("boris", language="ru")
    for number in range(3):
        say(boris, f"Сообщение {number}", NOON)
    digest.send_due(DUE)
    assert smtp.received[0].message["Subject"] == "3 непрочитанных уведомления"


def test_a_batch_takes_one_connection_and_as_many_queries_however_many_mails(
    make_reader: Callable[..., User], smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digest_mails, "FLUSH_SECONDS", 600)
    monkeypatch.setattr(leases, "RENEWAL", DAY)

    def queries(name: str, number: int) -> int:
        for reader in [make_reader(f"{name}{n}") for n in range(number)]:
            for words in ("Hello", "And more"):
                say(reader, words, NOON)
        with CaptureQueriesContext(connection) as captured:
            assert digest.send_due(DUE) == number
        return len(captured)

    assert queries("few", 10) == queries("many", 100)
    assert len({mail.connection for mail in smtp.received}) == 2


def test_one_click_ends_the_daily_mail_and_leaves_the_rest(anna: User, smtp: SmtpServer) -> None:
    Provider.objects.create(code="other", name="Other")
    say(anna, "Hello", NOON)
    digest.send_due(DUE)
    mail = smtp.received[0].message
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = mail["List-Unsubscribe"].strip("<>").removeprefix("https://crm.example.com")
    assert Client().post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    say(anna, "After it", DUE + MINUTE)
    assert states(anna)[-1] == (State.SKIPPED, "channel_off")
    mails = {entry["code"]: entry["channels"]["email"] for entry in preferences.shown(anna)["providers"]}
    assert (mails["telephony"], mails["other"]) == (False, True)


def test_outcomes_are_written_while_the_batch_goes_on(
    make_reader: Callable[..., User], smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digest_mails, "FLUSH_SECONDS", 0)
    written: list[int] = []
    after_each_mail(monkeypatch, lambda: written.append(DigestMail.objects.filter(state=State.SENT).count()))
    for n in range(3):
        say(make_reader(f"reader{n}"), "Hello", NOON)
    assert digest.send_due(DUE) == 3
    assert written == [0, 1, 2]


def test_a_mail_that_another_worker_took_meanwhile_is_not_sent(
    make_reader: Callable[..., User], smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This worker sleeps past its lease while it sends the first mail; another takes the second one over."""
    for name in ("first", "second"):
        say(make_reader(name), "Hello", NOON)
    digest.open_windows(DUE)
    rows = digest_mails.claim(DUE)

    after_each_mail(monkeypatch, oversleep)
    digest_mails.deliver(rows, DUE)
    assert [mail.recipients for mail in smtp.received] == [["first@example.com"]]


def test_who_lost_the_lease_changes_nothing(anna: User, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    say(anna, "Hello", NOON)
    digest.open_windows(DUE)
    rows = digest_mails.claim(DUE)
    smtp.answers = ["550 Late words"]
    with monkeypatch.context() as patch:
        after_each_mail(patch, oversleep)
        digest_mails.deliver(rows, DUE)
    assert states(anna) == [(State.DIGEST, "daily")]
    assert digest.send_due(DUE + 2 * MINUTE) == 1


def oversleep() -> None:
    """A minute passes for the worker, and another one takes over what it has in hand."""
    digest_mails.claim(DUE + MINUTE)
    for hand in leases._busy:
        hand._renewed_at -= MINUTE


def after_each_mail(patch: pytest.MonkeyPatch, happen: Callable[[], Any]) -> None:
    """Let something happen once a mail is handed over, before that is written down."""
    hand_over = digest_mails._outcome

    def both(*arguments: Any) -> Any:
        outcome = hand_over(*arguments)
        happen()
        return outcome

    patch.setattr(digest_mails, "_outcome", both)


def test_one_process_has_one_sender_however_often_it_is_rung(monkeypatch: pytest.MonkeyPatch) -> None:
    running: list[int] = []
    seen: list[int] = []

    def send(_now: datetime) -> int:
        running.append(1)
        seen.append(len(running))
        if len(seen) == 1:
            tasks.send_digests()
        running.pop()
        return 0

    monkeypatch.setattr(digest, "send_due", send)
    tasks.send_digests()
    assert seen == [1, 1]


def test_the_time_of_writing_is_kept_apart_from_the_date_a_provider_gives(anna: User, smtp: SmtpServer) -> None:
    say(anna, "Far away", NOON, date=19_534_084_500)
    assert digest.send_due(DUE) == 1


def test_a_person_with_no_choice_of_hour_gets_it_at_six(anna: User) -> None:
    assert DigestSchedule.objects.get(user=anna).time == time(18)


@pytest.fixture(autouse=True)
def one_mail_per_window() -> Iterator[None]:
    """Whatever a test did: no user has two mails of one window, and nothing sent still waits."""
    yield
    assert not DigestMail.objects.filter(state=State.SENT, finished_at=None).exists()
