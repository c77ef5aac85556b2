"""A delivery becomes a message: its notification in its reader's words, as values."""

from django.utils import translation

from notifcenter import payload
from notifcenter.channel import Message
from notifcenter.models import Delivery


def compose(delivery: Delivery) -> Message:
    """The message of a delivery whose notification, provider and user are loaded."""
    notification, reader = delivery.notification, delivery.user
    with translation.override(reader.language):
        provider = payload.provider(notification)
        return Message(
            id=str(notification.id),
            delivery=delivery.id,
            user=reader.pk,
            kind=notification.kind,
            provider_code=provider["code"],
            provider_name=provider["name"],
            provider_icon=provider["icon"],
            title=payload.title(notification),
            rows=tuple(payload.rows(notification, reader)),
            url=payload.click_url(notification),
            created_at=int(notification.created_at.timestamp()),
            icon=payload.icon(notification)["value"],
            buttons=tuple(payload.buttons(notification)),
            language=reader.language,
            timezone=reader.timezone,
        )
