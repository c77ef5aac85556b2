"""New notifications: what a publication becomes that changes nothing."""

from collections.abc import Sequence
from datetime import datetime

from notifcenter.content import safe_html
from notifcenter.inbox import search
from notifcenter.models import Notification
from notifcenter.publishing import fanout, keys, placement, sql
from notifcenter.publishing.claims import Claims, NewKey
from notifcenter.publishing.publication import Mistake, Publication, Published

CHANGED = ("header", "text", "details", "search", "expires_at", "changed_at", "renewed_at", "changes", "repeats")

Placing = Sequence[tuple[Notification, dict[int, bool]]]
"""New notifications, each with its recipients: {user id: whether the master switch is on}."""


def published(publication: Publication, index: int, now: datetime) -> Published:
    """The notification that a publication becomes; raises Mistake where its recipients were left out."""
    if publication.key and publication.named is None and not publication.people:
        raise Mistake(index, "recipients", "Nothing stands under this key: name the recipients.", "required")
    scheduled = publication.send_at is not None
    return Published(notification(publication, now), "new", len(publication.people), scheduled=scheduled)


def notification(publication: Publication, now: datetime) -> Notification:
    """The row of a publication; it is not stored yet."""
    made = Notification(
        id=publication.id,
        provider=publication.provider,
        owner=publication.owner or None,
        kind=publication.kind,
        header=publication.header,
        text=safe_html(publication.text),
        details=publication.details,
        request_id=publication.request_id,
        created_at=now,
        expires_at=publication.expires_at,
    )
    made.search = search.searched(made)
    return made


def rewrite(notification: Notification, publication: Publication, *, now: datetime) -> None:
    """Give a notification the whole content of another publication; it is not stored yet."""
    notification.header = publication.header
    notification.text = safe_html(publication.text)
    notification.details = publication.details
    notification.expires_at = publication.expires_at
    notification.changed_at = now
    notification.search = search.searched(notification)


def save(notification: Notification) -> None:
    """Store what changed of a stored notification."""
    Notification.objects.filter(pk=notification.pk).update(**{name: getattr(notification, name) for name in CHANGED})


def keys_of(publication: Publication, now: datetime) -> list[NewKey]:
    """The keys that are to name it from now on."""
    digests = keys.of(publication)
    named = [NewKey(digests.key, publication.id, None)] if digests.key else []
    return named + ([NewKey(digests.fold, publication.id, now + keys.window())] if digests.fold else [])


def write(placing: Placing, claims: Claims, *, now: datetime) -> None:
    """Store new notifications and place them, or leave that to the workers where they are for very many; inside the
    caller's transaction if there is one. Raises KeyConflict or KeyTaken where what it claims is not free.
    """
    notifications = [notification for notification, _people in placing]
    recipients = [(notification, list(people)) for notification, people in placing]
    if sum(len(people) for _notification, people in placing) > fanout.PLACED_AT_ONCE_MAX:
        sql.write(notifications, [], [], claims, now=now)
        fanout.enqueue(recipients, now=now)
    else:
        switches = {user: on for _notification, people in placing for user, on in people.items()}
        placement.place(notifications, recipients, switches, claims, now=now)
