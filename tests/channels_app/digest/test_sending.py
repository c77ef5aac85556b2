"""A daily mail goes out once, whatever the mail server and the workers do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from channels_app import tasks
from channels_app.delivery import versions
from channels_app.digest import mails, queue, windows
from channels_app.digest.queue import Digests
from channels_app.models import DigestMail
from channels_app.queue import batch, leases
from notifcenter.models import State
from tests.channels_app.digest.daily import DAY, DUE, MINUTE, NOON, digests, say, send_due, states, text_of
from tests.channels_app.mail.mails import use
from tests.fakes.mail_servers import web_service
from tests.fakes.smtp import SmtpServer

pytestmark = pytest.mark.django_db


def test_a_mail_server_that_is_down_delays_the_mail_and_keeps_its_id(anna: User, smtp: SmtpServer) -> None:
    say(anna, "Hello", NOON)
    smtp.answer = "451 Try again"
    assert send_due(DUE) == 0
    assert states(anna) == [(State.DIGEST, "daily")]
    smtp.stop()
    assert send_due(DUE + MINUTE) == 0
    smtp.answer = "250 OK"
    smtp.start()
    assert send_due(DUE + 3 * MINUTE) == 1
    assert smtp.received[0].message["Message-ID"] == f"<digest-{anna.pk}-{int(DUE.timestamp())}@crm.example.com>"


def test_a_mail_service_that_asks_for_ages_holds_its_mail_a_day_and_the_others_five_minutes(
    make_reader: Callable[..., User], settings: Any
) -> None:
    for name in ("first", "second"):
        say(make_reader(name), "Hello", NOON)
    with web_service(429, {"Retry-After": "999999999999"}, {}) as (url, calls):
        use(settings, f"mailgun://key@?sender_domain=crm.example.com&api_url={url}")
        assert send_due(DUE) == 0
    assert len(calls) == 1, "a service that takes nothing now is not asked for each mail"
    mails = DigestMail.objects.order_by("due_at")
    assert [mail.due_at - DUE for mail in mails] == [5 * MINUTE, DAY]
    assert {(mail.state, mail.attempts, mail.leased_until) for mail in mails} == {("pending", 1, None)}


def test_what_cannot_be_sent_until_the_next_window_is_given_up(anna: User, smtp: SmtpServer) -> None:
    say(anna, "First", NOON)
    smtp.answer = "451 Try again"
    for minutes in range(0, 24 * 60, 60):
        send_due(DUE + minutes * MINUTE)
    smtp.answer = "250 OK"
    say(anna, "Second", NOON + DAY)
    assert send_due(DUE + DAY) == 1
    assert "First" not in text_of(smtp.received[0])
    assert states(anna) == [(State.FAILED, "451 Try again"), (State.SENT, "digested")]


def test_a_refused_mail_is_not_tried_again(anna: User, smtp: SmtpServer) -> None:
    say(anna, "Hello", NOON)
    smtp.recipient_answer = lambda _address: "550 No such user"
    send_due(DUE)
    smtp.recipient_answer = lambda _address: "250 OK"
    assert send_due(DUE + MINUTE) == 0
    assert states(anna) == [(State.FAILED, "550 No such user")]


def test_an_address_that_the_server_does_not_know_gets_no_more_mail(anna: User, smtp: SmtpServer) -> None:
    say(anna, "Hello", NOON)
    smtp.recipient_answer = lambda _address: "550 5.1.1 No such user"
    send_due(DUE)
    anna.refresh_from_db()
    assert anna.mail_blocked == "550 5.1.1 No such user"
    assert states(anna) == [(State.FAILED, "550 5.1.1 No such user")]


def test_a_worker_that_died_with_mails_in_hand_is_followed_by_another(anna: User, smtp: SmtpServer) -> None:
    say(anna, "Hello", NOON)
    windows.open_windows(DUE)
    assert len(digests(DUE).claim()) == 1
    assert send_due(DUE + leases.LEASE - timedelta(seconds=1)) == 0
    assert send_due(DUE + leases.LEASE) == 1


def test_a_worker_that_died_after_sending_repeats_the_same_message_id(
    anna: User, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(anna, "Hello", NOON)

    def die(rows: Any, *_values: Any) -> None:
        if rows:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(mails, "end", die)
        with pytest.raises(KeyboardInterrupt):
            send_due(DUE)
    send_due(DUE + 2 * MINUTE)
    first, second = smtp.received
    assert first.message["Message-ID"] == second.message["Message-ID"]


def test_a_batch_takes_one_connection_and_as_many_queries_however_many_mails(
    make_reader: Callable[..., User], smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Digests, "flush_seconds", 600)
    monkeypatch.setattr(leases, "RENEWAL", DAY)
    monkeypatch.setattr(batch, "LOOK_SECONDS", DAY.total_seconds())
    monkeypatch.setattr(versions, "FRESH_SECONDS", DAY.total_seconds())

    def queries(name: str, number: int) -> int:
        for reader in [make_reader(f"{name}{n}") for n in range(number)]:
            for words in ("Hello", "And more"):
                say(reader, words, NOON)
        with CaptureQueriesContext(connection) as captured:
            assert send_due(DUE) == number
        return len(captured)

    assert queries("few", 10) == queries("many", 100)
    assert len({mail.connection for mail in smtp.received}) == 2


def test_outcomes_are_written_while_the_batch_goes_on(
    make_reader: Callable[..., User], smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Digests, "flush_seconds", 0)
    written: list[int] = []
    after_each_mail(monkeypatch, lambda: written.append(DigestMail.objects.filter(state=State.SENT).count()))
    for n in range(3):
        say(make_reader(f"reader{n}"), "Hello", NOON)
    assert send_due(DUE) == 3
    assert written == [0, 1, 2]


def test_a_mail_that_another_worker_took_meanwhile_is_not_sent(
    make_reader: Callable[..., User], smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This worker sleeps past its lease while it sends the first mail; another takes the second one over."""
    for name in ("first", "second"):
        say(make_reader(name), "Hello", NOON)
    windows.open_windows(DUE)
    rows = digests(DUE).claim()

    after_each_mail(monkeypatch, oversleep)
    digests(DUE).deliver(rows)
    assert [mail.recipients for mail in smtp.received] == [["first@example.com"]]


def test_who_lost_the_lease_changes_nothing(anna: User, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    say(anna, "Hello", NOON)
    windows.open_windows(DUE)
    rows = digests(DUE).claim()
    smtp.answers = ["550 Late words"]
    with monkeypatch.context() as patch:
        after_each_mail(patch, oversleep)
        digests(DUE).deliver(rows)
    assert states(anna) == [(State.DIGEST, "daily")]
    assert send_due(DUE + 2 * MINUTE) == 1


def oversleep() -> None:
    """A minute passes for the worker, and another one takes over what it has in hand."""
    digests(DUE + MINUTE).claim()
    for held in leases.held_here:
        held.renewed_at -= MINUTE


def after_each_mail(patch: pytest.MonkeyPatch, happen: Callable[[], Any]) -> None:
    """Let something happen once a mail is handed over, before that is written down."""
    hand_over = queue.attempt

    def both(*arguments: Any) -> Any:
        outcome = hand_over(*arguments)
        happen()
        return outcome

    patch.setattr(queue, "attempt", both)


def test_one_process_has_one_sender_however_often_it_is_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    running: list[int] = []
    seen: list[int] = []

    def drain(_self: Digests) -> int:
        running.append(1)
        seen.append(len(running))
        if len(seen) == 1:
            tasks.drain(code="digest")
        running.pop()
        return 0

    monkeypatch.setattr(Digests, "drain", drain)
    tasks.drain(code="digest")
    assert seen == [1, 1]
