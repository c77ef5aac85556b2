"""What becomes of a mail when the other side misbehaves."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from channels_app.mail import smtp_backend as transport
from notifcenter.channel import Refused, TryLater
from tests.channels_app.mail.mails import outcomes, use
from tests.fakes.mail_servers import scripted, talk, web_service
from tests.fakes.smtp import SmtpServer


def test_a_batch_takes_one_connection(smtp: SmtpServer) -> None:
    assert outcomes(1, 2, 3) == [None, None, None]
    assert len({mail.connection for mail in smtp.received}) == 1


def test_mails_of_all_batches_together_keep_the_rate(smtp: SmtpServer, settings: Any) -> None:
    settings.EMAIL_RATE = 20
    assert outcomes(1, 2) + outcomes(3) == [None, None, None]
    first, *_rest, last = (mail.at for mail in smtp.received)
    assert last - first > 2 / 20 * 0.8


def test_a_temporary_refusal_is_tried_later_and_the_rest_of_the_batch_goes_on(smtp: SmtpServer) -> None:
    smtp.answers = ["250 OK", "451 greylisted"]
    first, second, third = outcomes(1, 2, 3)
    assert (first, third) == (None, None)
    assert isinstance(second, TryLater)
    assert (str(second), second.host) == ("451 greylisted", "")


@pytest.mark.parametrize("where", ["recipient", "data"])
def test_a_lasting_refusal_is_final_with_the_servers_words(smtp: SmtpServer, where: str) -> None:
    if where == "recipient":
        smtp.recipient_answer = lambda _address: "550 5.1.1 No such user"
    else:
        smtp.answers = ["550 5.1.1 No such user"]
    outcome = outcomes(1)[0]
    assert isinstance(outcome, Refused)
    assert str(outcome) == "550 5.1.1 No such user"


def test_while_the_server_is_down_no_more_of_the_batch_is_tried(smtp: SmtpServer) -> None:
    smtp.stop()
    results = outcomes(1, 2, 3)
    assert all(isinstance(outcome, TryLater) and outcome.host == "127.0.0.1" for outcome in results)


def test_a_slow_verdict_on_a_whole_message_is_waited_for(smtp: SmtpServer, settings: Any) -> None:
    settings.EMAIL_TIMEOUT = 5
    pause = threading.Event()
    smtp.answers = [lambda _envelope: pause.wait(6) or "250 OK"]
    assert outcomes(1) == [None]
    assert len(smtp.received) == 1


def test_a_server_that_never_answers_is_given_up(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "DATA_REPLY_SECONDS", 0.3)
    settings.EMAIL_TIMEOUT = 0.3
    with scripted(lambda line, say: None) as port:
        use(settings, f"smtp://127.0.0.1:{port}")
        first, second = outcomes(1, 2)
    assert isinstance(first, TryLater) and isinstance(second, TryLater)
    assert first.host == second.host == "127.0.0.1"


def test_a_connection_that_broke_before_the_message_is_made_anew_at_once(settings: Any) -> None:
    taken: list[str] = []

    def one_mail_per_connection(line: str, say: Callable[[str], None]) -> None:
        if line.startswith("MAIL") and taken and say.__self__.mails:  # type: ignore[attr-defined]
            raise ConnectionError
        talk(line, say, taken)

    with scripted(one_mail_per_connection) as port:
        use(settings, f"smtp://127.0.0.1:{port}")
        assert outcomes(1, 2, 3) == [None, None, None]
    assert len(taken) == 3


def test_a_connection_dropped_within_a_message_is_tried_later_and_the_next_message_goes_on(settings: Any) -> None:
    taken: list[str] = []
    drops = iter([True])

    def drop_once(line: str, say: Callable[[str], None]) -> None:
        if line == "." and next(drops, False):
            raise ConnectionError
        talk(line, say, taken)

    with scripted(drop_once) as port:
        use(settings, f"smtp://127.0.0.1:{port}")
        first, second = outcomes(1, 2)
    assert isinstance(first, TryLater)
    assert first.host == ""
    assert second is None


@pytest.mark.parametrize("asked", ["999999999999", "²", "0"])
def test_retry_after_of_a_mail_service_holds_the_mail_it_answered_and_the_others_for_five_minutes_at_most(
    settings: Any, asked: str
) -> None:
    with web_service(503, {"Retry-After": asked}, {}) as (url, calls):
        use(settings, f"mailgun://key@?sender_domain=crm.example.com&api_url={url}")
        first, second = outcomes(1, 2)
    assert isinstance(first, TryLater) and isinstance(second, TryLater)
    assert len(calls) == 1
    assert (first.after, second.after) == {"999999999999": (86400, 300), "²": (None, None), "0": (0, 0)}[asked]


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (200, {}, type(None)),
        (429, {"Retry-After": "120"}, TryLater),
        (503, {}, TryLater),
        (401, {}, TryLater),
        (400, {}, Refused),
    ],
)
def test_a_mail_service_of_anymails_is_used_by_its_url_alone(
    settings: Any, status: int, headers: dict[str, str], expected: type
) -> None:
    with web_service(status, headers, {"id": "<1@x>", "message": "Queued"}) as (url, calls):
        use(settings, f"mailgun://key@?sender_domain=crm.example.com&api_url={url}")
        outcome = outcomes(7)[0]
    assert isinstance(outcome, expected)
    assert b"delivery-7%40crm.example.com" in calls[0]
    if status == 429:
        assert isinstance(outcome, TryLater) and outcome.after == 120


def test_a_date_of_a_mail_service_is_read_by_its_own_clock(settings: Any) -> None:
    ahead = datetime.now(UTC) + timedelta(hours=3)
    dates = {"Date": ahead, "Retry-After": ahead + timedelta(seconds=90)}
    headers = {name: format_datetime(at, usegmt=True) for name, at in dates.items()}
    with web_service(429, headers, {"message": "Slow down"}) as (url, _calls):
        use(settings, f"mailgun://key@?sender_domain=crm.example.com&api_url={url}")
        outcome = outcomes(7)[0]
    assert isinstance(outcome, TryLater)
    assert outcome.after == 90
