"""Inboxes in other forms: as the first edition stored them, and with other channels settled."""

from datetime import timedelta

from notifcenter.inbox import settled
from notifcenter.models import InboxItem, Provider, SettledChannels


def as_first_edition(provider: Provider, *, late: timedelta = timedelta(0)) -> None:
    """Store what a provider's items have settled as rows, planned so much later than the notification was published.

    So there is a row for every channel, also where nothing went out.
    """
    items = InboxItem.objects.filter(provider=provider)
    for item in items.select_related("notification", "settled"):
        for delivery in settled.deliveries(item):
            delivery.pk = None
            delivery.created_at = delivery.finished_at = item.notification.created_at + late
            delivery.save()
    items.update(settled=None, placed_at=None)


def settled_as(text: str) -> SettledChannels:
    """The text of settled channels, stored if it is new."""
    return SettledChannels.objects.get_or_create(text=text)[0]
