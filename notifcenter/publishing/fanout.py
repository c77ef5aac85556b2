"""Fan-out: a publication to very many people is accepted at once and placed in chunks, a transaction for each chunk.

So nobody waits until the last inbox is written: neither the publisher nor a call to somebody reached by the first
chunk.
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

CHUNK_ENTRIES = 2000
"""A chunk ends with the first recipient who brings it to so many inbox entries."""

ChunkEntries = list[tuple[str, list[int]]]
"""The inbox entries of a chunk: [(hexadecimal id of the notification, [user id])]."""


def enqueue(
    publications: NotificationRecipients, idempotency_records: Sequence[IdempotencyRecord], *, now: datetime
) -> None:
    """Store the notifications and the chunks to place, inside the caller's transaction.

    Raises KeyConflict where one of the idempotency keys is in use.
    """
    notifications = [notification for notification, _users in publications]
    sql.write(notifications, [], [], idempotency_records, now=now)
    urgent = any(notification.kind == Kind.CALL for notification in notifications)
    chunks = (FanoutPart(entries=entries, urgent=urgent, created_at=now) for entries in _chunks(publications))
    FanoutPart.objects.bulk_create(chunks)
    fanned_out.send(FanoutPart)


def waiting(limit: int) -> list[int]:
    """The ids of the next chunks to place: calls first, then the oldest."""
    return list(FanoutPart.objects.order_by("-urgent", "pk").values_list("pk", flat=True)[:limit])


def place(pk: int, *, now: datetime) -> bool:
    """Place one chunk; False where another worker places it now or has placed it."""
    with transaction.atomic():
        chunk = FanoutPart.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
        if chunk is None:
            return False
        switches = recipients.existing({user for _id, users in chunk.entries for user in users})
        placement.place([], _publications(chunk, switches), switches, now=now)
        chunk.delete()
        crash_points.at("fanout.before_commit")
    return True


def remaining_recipients(notification: Notification) -> int:
    """The number of people whose inbox does not have this notification yet."""
    chunks = FanoutPart.objects.values_list("entries", flat=True)
    return sum(len(users) for entries in chunks for pk, users in entries if pk == notification.id.hex)


def _publications(chunk: FanoutPart, switches: dict[int, bool]) -> NotificationRecipients:
    """The chunk's notifications and recipients, without those deleted since."""
    ids = [UUID(pk) for pk, _users in chunk.entries]
    existing = Notification.objects.select_related("provider").in_bulk(ids)
    pairs = [(existing.get(pk), users) for pk, (_id, users) in zip(ids, chunk.entries, strict=True)]
    return [
        (notification, [user for user in users if user in switches]) for notification, users in pairs if notification
    ]


def _chunks(publications: NotificationRecipients) -> Iterator[ChunkEntries]:
    """The inbox entries cut by ascending user: those of one person stay in one chunk, in their order."""
    remaining = [(notification.id.hex, sorted(users)) for notification, users in publications]
    for last_user in _chunk_boundaries(Counter(chain.from_iterable(users for _id, users in remaining))):
        chunk = [(pk, users[: bisect_right(users, last_user)]) for pk, users in remaining]
        remaining = [(pk, users[len(taken) :]) for (pk, users), (_pk, taken) in zip(remaining, chunk, strict=True)]
        yield [(pk, users) for pk, users in chunk if users]


def _chunk_boundaries(entries_by_user: Counter[int]) -> Iterator[int]:
    """The last user of each chunk."""
    size = 0
    for user in sorted(entries_by_user):
        size += entries_by_user[user]
        if size >= CHUNK_ENTRIES:
            yield user
            size = 0
    if size:
        yield max(entries_by_user)
