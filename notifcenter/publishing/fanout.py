"""Fan-out: what is said to very many is accepted at once and placed part by part, each in a transaction of its own.

So nobody waits for the last centre: not whoever publishes, and not a call to somebody already reached.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from uuid import UUID

from django.db import transaction

from notifcenter.models import FanoutPart, Kind, Notification
from notifcenter.operation import crash_points
from notifcenter.publishing import placement, recipients, sql
from notifcenter.publishing.placement import NotificationRecipients
from notifcenter.publishing.sql import IdempotencyRecord
from notifcenter.signals import fanned_out

PART = 2000


def keep(said: NotificationRecipients, kept: Sequence[IdempotencyRecord], *, now: datetime) -> None:
    """Store the notifications inside the caller's transaction, and the parts that are still to be placed; may raise
    KeyConflict, by a key ``kept``."""
    sql.write([notification for notification, _users in said], [], [], kept, now=now)
    urgent = any(notification.kind == Kind.CALL for notification, _users in said)
    parts = (FanoutPart(arrivals=part, urgent=urgent, created_at=now) for part in _parts(said))
    FanoutPart.objects.bulk_create(parts)
    fanned_out.send(FanoutPart)


def waiting(limit: int) -> list[int]:
    """The next parts to place: calls first, then the oldest."""
    return list(FanoutPart.objects.order_by("-urgent", "pk").values_list("pk", flat=True)[:limit])


def place(pk: int, *, now: datetime) -> bool:
    """Place one part, unless somebody else is doing it or has done it."""
    with transaction.atomic():
        part = FanoutPart.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
        if part is None:
            return False
        people = recipients.still_there({user for _id, users in part.arrivals for user in users})
        placement.place([], _said(part, people), people, now=now)
        part.delete()
        crash_points.at("fanout.before_commit")
    return True


def left(notification: Notification) -> int:
    """To how many people it is still on its way."""
    parts = FanoutPart.objects.values_list("arrivals", flat=True)
    return sum(len(users) for part in parts for pk, users in part if pk == notification.id.hex)


def _said(part: FanoutPart, people: dict[int, bool]) -> NotificationRecipients:
    """What the part says to those who are still there, of what is still there."""
    ids = [UUID(pk) for pk, _users in part.arrivals]
    kept = Notification.objects.select_related("provider").in_bulk(ids)
    there = [(kept.get(pk), users) for pk, (_id, users) in zip(ids, part.arrivals, strict=True)]
    return [(said, [user for user in users if user in people]) for said, users in there if said]


def _parts(said: NotificationRecipients) -> Iterator[list[tuple[str, list[int]]]]:
    """The arrivals cut by ascending user: what goes to one person stays together, and in its order."""
    receivers = [(notification.id.hex, sorted(users)) for notification, users in said]
    for last in _borders(Counter(chain.from_iterable(users for _id, users in receivers))):
        here = [(pk, users[: bisect_right(users, last)]) for pk, users in receivers]
        receivers = [(pk, users[len(taken) :]) for (pk, users), (_pk, taken) in zip(receivers, here, strict=True)]
        yield [(pk, users) for pk, users in here if users]


def _borders(arrivals: Counter[int]) -> Iterator[int]:
    """The last user of each part."""
    size = 0
    for user in sorted(arrivals):
        size += arrivals[user]
        if size >= PART:
            yield user
            size = 0
    if size:
        yield max(arrivals)
