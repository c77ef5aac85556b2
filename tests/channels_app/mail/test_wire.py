"""A mail on the wire: what every server takes, and every program shows as it was given."""

from email import message_from_bytes
from typing import Any

import pytest

from channels_app.channels.email import Email
from channels_app.mail.mailer import NoSuchAddress
from notifcenter.channel import Address, Parcel
from tests.channels_app.mail.mails import ANNA, message, part
from tests.fakes.smtp import SmtpServer


@pytest.mark.parametrize(
    ("address", "recipient"),
    [
        ("anna@faß.de", "anna@xn--fa-hia.de"),
        ("anna@fass.de", "anna@fass.de"),
        ("anna@почта.рф", "anna@xn--80a1acny.xn--p1ai"),
        ("Anna@ПОЧТА.рф", "Anna@xn--80a1acny.xn--p1ai"),
        ("anna@βόλος.com", "anna@xn--nxasmm1c.com"),
    ],
)
def test_a_domain_is_written_by_idna_2008(smtp: SmtpServer, address: str, recipient: str) -> None:
    Email().send(message(), Address(0, address))
    [mail] = smtp.received
    assert mail.recipients == [recipient]
    assert mail.message["To"] == recipient


@pytest.mark.parametrize("address", ["ſam@example.com", "\u212aarl@example.com", "анна@example.com", "anna@-ф-.рф"])
def test_an_address_that_cannot_be_written_is_refused_and_the_batch_goes_on(smtp: SmtpServer, address: str) -> None:
    parcels = [Parcel(message(1), Address(0, address)), Parcel(message(2), ANNA)]
    first, second = [outcome for _parcel, outcome in Email().send_all(parcels)]
    assert isinstance(first, NoSuchAddress)
    assert address in str(first)
    assert second is None
    assert [mail.recipients for mail in smtp.received] == [["anna@example.com"]]


def test_the_sender_is_written_so_too(smtp: SmtpServer, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Уведомления <crm@faß.de>"
    Email().send(message(), ANNA)
    [mail] = smtp.received
    assert mail.sender == "crm@xn--fa-hia.de"
    assert mail.message["From"] == "Уведомления <crm@xn--fa-hia.de>"


@pytest.mark.parametrize("text", ["Звонок ☎", "Звонок от клиента. " * 100, "x" * 3000])
def test_the_bodies_are_of_7_bits_and_come_out_as_they_went_in(smtp: SmtpServer, text: str) -> None:
    Email().send(message(rows=(text,)), ANNA)
    [mail] = smtp.received
    assert mail.raw.isascii()
    assert max(map(len, mail.raw.splitlines())) < 998
    encodings = {each["Content-Transfer-Encoding"] for each in message_from_bytes(mail.raw).walk()}
    assert encodings <= {None, "7bit", "quoted-printable", "base64"}
    assert text.strip() in part(mail.message, "plain")


@pytest.mark.parametrize(
    "title",
    [
        "=?utf-8?q?Hello?=",
        "Invoice =?utf-8?b?SGVsbG8=?= paid",
        "Счёт =?utf-8?q?=D0=96?= оплачен",
        "=?utf-8?q?" + "☎" * 240 + "?=",
    ],
)
def test_a_title_that_looks_encoded_is_shown_as_it_was_given(smtp: SmtpServer, title: str) -> None:
    Email().send(message(title=title), ANNA)
    [mail] = smtp.received
    assert mail.message["Subject"] == title
    assert mail.raw.count(b"\nSubject:") == 1
    assert max(map(len, mail.raw.splitlines())) < 998


def test_a_public_address_in_letters_is_written_in_punycode(smtp: SmtpServer, settings: Any) -> None:
    settings.PUBLIC_URL = "https://почта.рф"
    Email().send(message(), ANNA)
    mail = smtp.received[0].message
    assert mail["Message-ID"] == "<delivery-7@xn--80a1acny.xn--p1ai>"
    assert mail["List-Unsubscribe"].startswith("<https://xn--80a1acny.xn--p1ai/mail/choice/")
