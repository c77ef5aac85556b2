"""The headers of a mail."""

import pytest

from channels_app.channels.email import Email
from notifcenter.channel import TryLater
from tests.channels_app.mail.mails import ANNA, message, outcomes, part
from tests.fakes.smtp import SmtpServer


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
