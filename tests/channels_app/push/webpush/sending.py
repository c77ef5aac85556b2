"""Sends messages to devices by Web Push."""

from typing import Any

from accounts.models import Device, User
from channels_app.channels.browser import Browser
from notifcenter.channel import Message, Parcel
from tests.fakes.push import Subscription

channel = Browser()


def message(number: int = 1, kind: str = "message", **more: Any) -> Message:
    """What is to be pushed."""
    facts: dict[str, Any] = {
        "provider_code": "telephony",
        "provider_name": "Telephony",
        "provider_icon": "",
        "title": "Звонок",
        "rows": ("<b>+7999</b> &lt;ivan&gt;", "from office"),
        "url": "/contacts/detail/7",
        "created_at": 1,
    }
    return Message(
        **{
            "id": f"message-{number}",
            "delivery": number,
            "user": 1,
            "kind": kind,
            "priority": 3 if kind == "call" else 2,
            **facts,
            **more,
        }
    )


def device(user: User, subscription: Subscription, number: int = 1) -> Device:
    """A browser of the user, subscribed at the service."""
    return Device.objects.create(
        user=user,
        channel="browser",
        transport="webpush",
        address=subscription.endpoint,
        address_digest=f"{number:064}",
        keys=subscription.keys,
    )


def send(user: User, *messages: Message) -> list[Any]:
    """The outcomes of sending each message to each device of the user."""
    addresses = channel.addresses([user.pk]).get(user.pk, [])
    outcomes = list(channel.send_all([Parcel(words, address) for words in messages for address in addresses]))
    channel.settle(outcomes)
    return [outcome for _parcel, outcome in outcomes]
