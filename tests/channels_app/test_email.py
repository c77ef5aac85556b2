"""Mail at once: what a mail looks like, and what becomes of it when the other side misbehaves."""

import json
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from channels_app.channels.email import Email
from channels_app.transports import smtp as transport
from notifcenter.channel import Address, Message, Parcel, Refused, TryLater
from notifcenter.config import mail as mail_settings
from tests.fakes.smtp import SmtpServer
from tests.product import Product

ANNA = Address(0, "anna@example.com")


def message(delivery: int = 7, **fields: Any) -> Message:
    values: dict[str, Any] = {
        "id": "0197",
        "delivery": delivery,
        "user": 3,
        "kind": "call",
        "provider_code": "telephony",
        "provider_name": "Telephony & Co",
        "provider_icon": "",
        "title": "Incoming call",
        "rows": ('Call from <a class="row" data-phone="1" href="/contacts/5">Ivan</a><br><b>twice</b>', "From: 79"),
        "url": "/contacts/detail/5",
        "created_at": 1_800_000_000,
        "buttons": ({"url": "https://records.example.com/1.mp3", "title": "Listen"},),
        "language": "en",
        "timezone": "Europe/Moscow",
    }
    return Message(**(values | fields))


@pytest.fixture(autouse=True)
def mail_server(smtp: SmtpServer, settings: Any) -> None:
    """Mail goes to the test's own server."""
    use(settings, smtp.url)
    settings.PUBLIC_URL = "https://crm.example.com"


def use(settings: Any, url: str) -> None:
    for name, value in mail_settings.settings(url).items():
        setattr(settings, name, value)


def part(mail: Any, subtype: str) -> str:
    return str(mail.get_body((subtype,)).get_content()).replace("\r\n", "\n")


def outcomes(*deliveries: int) -> list[Any]:
    return [outcome for _parcel, outcome in Email().send_all([Parcel(message(n), ANNA) for n in deliveries])]


def test_a_mail_has_plain_text_and_html_with_its_styles_inlined(smtp: SmtpServer) -> None:
    Email().send(message(), ANNA)
    [received] = smtp.to("anna@example.com")
    mail = received.message
    assert mail["Subject"] == "Incoming call"
    assert mail.get_content_type() == "multipart/alternative"
    assert "Call from Ivan\ntwice\nFrom: 79" in part(mail, "plain")
    html = part(mail, "html")
    assert "<b>twice</b>" in html
    assert 'style="' in html.partition("<h1")[2]
    assert "prefers-color-scheme: dark" in html
    assert "Telephony &amp; Co" in html
    assert "Telephony & Co" in part(mail, "plain")


def test_every_link_leads_to_the_public_address(smtp: SmtpServer) -> None:
    Email().send(message(), ANNA)
    html = part(smtp.received[0].message, "html")
    assert 'href="https://crm.example.com/contacts/5"' in html
    assert 'href="https://crm.example.com/contacts/detail/5"' in html
    assert 'href="/' not in html
    assert "data-phone" not in html


def test_a_mail_begins_with_its_preheader_and_shows_icon_and_buttons(smtp: SmtpServer) -> None:
    Email().send(message(provider_icon="/static/telephony.png"), ANNA)
    html = part(smtp.received[0].message, "html")
    hidden, _close, shown = html.partition("<body")[2].partition("</div>")
    assert "display: none" in hidden and "Call from Ivan twice From: 79" in hidden
    assert 'src="https://crm.example.com/static/telephony.png"' in shown
    button = shown.index('href="https://records.example.com/1.mp3"')
    assert shown.rindex("background-color: #1d5bd8", 0, button) > shown.index("<h1")
    assert "Listen" in shown[button:].partition("</a>")[0]


def test_an_icon_that_mail_programs_do_not_show_gives_way_to_a_letter(smtp: SmtpServer) -> None:
    Email().send(message(provider_icon="/static/telephony.svg"), ANNA)
    html = part(smtp.received[0].message, "html")
    assert "<img" not in html
    assert ">T</div>" in html


def test_the_times_are_those_of_the_readers_zone(smtp: SmtpServer) -> None:
    Email().send(message(), ANNA)
    assert "Jan. 15, 2027, 11 a.m." in part(smtp.received[0].message, "plain")


def test_the_headers_say_what_it_is_and_how_to_end_it(smtp: SmtpServer) -> None:
    Email().send(message(), ANNA)
    mail = smtp.received[0].message
    assert mail["Message-ID"] == "<delivery-7@crm.example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith("<https://crm.example.com/mail/choice/")
    assert mail["List-Unsubscribe"].strip("<>") in part(mail, "html")


def test_the_message_id_is_the_same_on_every_attempt(smtp: SmtpServer) -> None:
    smtp.answers = ["451 later"]
    assert isinstance(outcomes(7)[0], TryLater)
    Email().send(message(), ANNA)
    assert smtp.received[0].message["Message-ID"] == "<delivery-7@crm.example.com>"


@pytest.mark.parametrize(
    "title",
    [
        "Hello\r\nBcc: eve@example.com",
        "Hello\nBcc: eve@example.com",
        "Hello\u2028Bcc: eve@example.com",
        "Hello\x0bBcc: x",
    ],
)
def test_a_title_cannot_become_a_header(smtp: SmtpServer, title: str) -> None:
    Email().send(message(title=title), ANNA)
    mail = smtp.received[0].message
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("Hello Bcc:")
    assert smtp.received[0].recipients == ["anna@example.com"]


def test_a_long_or_russian_title_comes_whole_in_the_subject(smtp: SmtpServer) -> None:
    title = "Пропущенный звонок " * 13
    Email().send(message(title=title), ANNA)
    assert smtp.received[0].message["Subject"] == title.strip()


def test_markup_in_a_title_is_shown_and_not_run(smtp: SmtpServer) -> None:
    Email().send(message(title="<script>alert(1)</script>"), ANNA)
    html = part(smtp.received[0].message, "html")
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert smtp.received[0].message["Subject"] == "<script>alert(1)</script>"


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
    monkeypatch.setattr(transport, "VERDICT", 0.3)
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


def test_a_published_notification_is_mailed_within_seconds(product: Product) -> None:
    person = product.new_person()
    product.publish(person, text="Hello <b>there</b>", header="Greetings")
    [mail] = product.wait_for_mail(f"{person}@example.com")
    assert mail["Subject"] == "Greetings"
    assert "Hello there" in part(mail, "plain")


# --- servers that misbehave ---


class scripted:  # noqa: N801
    """An SMTP server of a few lines: ``answer(line, say)`` gets each line; to raise drops the connection."""

    def __init__(self, answer: Callable[[str, Any], None]) -> None:
        self._answer = answer

    def __enter__(self) -> int:
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()
        return int(self._listener.getsockname()[1])

    def __exit__(self, *_error: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=Conversation(connection, self._answer).run, daemon=True).start()


class Conversation:
    """One connection to a scripted server."""

    def __init__(self, connection: socket.socket, answer: Callable[[str, Any], None]) -> None:
        self.connection, self.answer, self.mails, self.in_data = connection, answer, 0, False

    def say(self, words: str) -> None:
        self.in_data = words.startswith("354")
        self.mails += words == "250 taken"
        self.connection.sendall(words.encode() + b"\r\n")

    def run(self) -> None:
        self.say("220 ready")
        with self.connection, self.connection.makefile("r", encoding="utf-8", newline="\r\n") as lines:
            for line in lines:
                if self.in_data and line != ".\r\n":
                    continue
                try:
                    self.answer(line.strip().upper(), self.say)
                except ConnectionError:
                    return


def talk(line: str, say: Callable[[str], None], taken: list[str]) -> None:
    """What a server that works says."""
    if line == ".":
        taken.append(line)
        say("250 taken")
    elif line.startswith("DATA"):
        say("354 go on")
    elif line.startswith("QUIT"):
        say("221 bye")
    else:
        say("250 OK")


class web_service:  # noqa: N801
    """A mail service's API that gives one answer; what it got is in the list."""

    def __init__(self, status: int, headers: dict[str, str], body: Any) -> None:
        calls: list[bytes] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                calls.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, *_values: Any) -> None:
                """Say nothing."""

        self._calls, self._server = calls, HTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> tuple[str, list[bytes]]:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}", self._calls

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
