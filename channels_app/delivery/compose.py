"""A delivery as a message: its notification in its reader's language, as values."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from notifcenter import payload, readable
from notifcenter.channel import Message
from notifcenter.inbox import presses
from notifcenter.models import Delivery, Kind, Notification


def compose(delivery: Delivery) -> Message:
    """The message of a delivery whose notification, provider and user are loaded."""
    with translation.override(delivery.user.language):
        return _message(delivery.notification, delivery.user, delivery.id, delivery.resends or 0)


def compose_all(notifications: Iterable[Notification], reader: Any) -> tuple[Message, ...]:
    """The messages that tell one person of these notifications, whichever deliveries they are."""
    with translation.override(reader.language):
        return tuple(_message(notification, reader, 0, 0) for notification in notifications)


def _open_actions(notification: Notification, reader: int) -> list[dict[str, Any]]:
    """The actions that this reader can still press or follow."""
    if not notification.details.get("actions"):
        return []
    made = presses.of_all([notification])[notification.pk]
    return [one for one in presses.declared(notification) if presses.counting(one, made, reader) is None]


def _message(notification: Notification, reader: Any, delivery: int, sending: int) -> Message:
    provider, repeats = payload.provider(notification), notification.repeats or 0
    more = [_("and %(n)s more") % {"n": repeats - 1}] if repeats else []
    return Message(
        id=str(notification.id),
        delivery=delivery,
        user=reader.pk,
        kind=notification.kind,
        provider_code=provider["code"],
        provider_name=provider["name"],
        provider_icon=provider["icon"],
        title=payload.title(notification),
        rows=(*readable.message_rows(notification, reader), *more),
        url=payload.click_url(notification),
        created_at=int(notification.created_at.timestamp()),
        icon=payload.icon(notification)["value"],
        buttons=tuple(readable.buttons(notification)),
        priority=notification.priority,
        actions=tuple(_open_actions(notification, reader.pk)),
        language=reader.language,
        timezone=reader.timezone,
        sending=sending,
        repeats=repeats,
        **_of_mails(notification, reader, more),
    )


def _of_mails(notification: Notification, reader: payload.Reader, more: list[str]) -> dict[str, Any]:
    """What only mails show."""
    shown: dict[str, Any] = {"subject": readable.subject(notification), "opening": readable.opening(notification)}
    if notification.kind != Kind.CALL:
        return shown
    facts = readable.call_facts(notification, reader)
    return shown | {"call": replace(facts, rows=(*facts.rows, *more))}
