"""Sends mails and reads them."""

from typing import Any

from channels_app.channels.email import Email
from notifcenter.channel import Address, Message, Parcel
from notifcenter.config import mail as mail_settings

ANNA = Address(0, "anna@example.com")


def message(delivery: int = 7, **fields: Any) -> Message:
    """What is to be mailed."""
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


def use(settings: Any, url: str) -> None:
    """Let mail go that way."""
    for name, value in mail_settings.settings(url).items():
        setattr(settings, name, value)


def part(mail: Any, subtype: str) -> str:
    """The plain text or the HTML of a mail."""
    return str(mail.get_body((subtype,)).get_content()).replace("\r\n", "\n")


def outcomes(*deliveries: int) -> list[Any]:
    """What becomes of a batch."""
    return [outcome for _parcel, outcome in Email().send_all([Parcel(message(n), ANNA) for n in deliveries])]
