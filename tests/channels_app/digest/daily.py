"""The clock that is passed in, what is published by it, and what comes of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import User
from channels_app.digest.queue import Digests
from notifcenter.inbox.receipts import Receipts
from notifcenter.models import Notification, Provider
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.publish import publish

NOON = datetime(2097, 3, 10, 12, tzinfo=UTC)  # leases are renewed by the real clock, which must be behind it
DUE = datetime(2097, 3, 10, 18, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def digests(now: datetime) -> Digests:
    """The queue of daily mails, at that time."""
    return Digests(clock=lambda: now)


def send_due(now: datetime) -> int:
    """Send the daily mails that are due by then; gives how many were sent."""
    return digests(now).drain()


def say(user: User, text: str, at: datetime, **details: Any) -> Notification:
    """Publish to somebody at that time."""
    provider = Provider.objects.get(code="telephony")
    publication = Publication(provider, "message", text, {user.pk: True}, header=text, details=details)
    return publish([publication], now=at)[0]


def states(user: User) -> list[tuple[str, str]]:
    """What became of each mail, and why, in the order of the notifications."""
    ids = Notification.objects.filter(items__user=user).order_by("created_at", "id").values_list("pk", flat=True)
    deliveries = [receipt.delivery for pk in ids for receipt in Receipts(pk, user.pk).page(limit=100)]
    return [(each.state, each.reason) for each in deliveries if each.channel == "email"]


def text_of(mail: Any) -> str:
    """Its plain text."""
    return str(mail.message.get_body(("plain",)).get_content())
