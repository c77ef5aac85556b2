"""Fan-out: a publication to very many people is accepted at once and placed in chunks, a transaction for each chunk.

So nobody waits until the last inbox is written: neither the publisher nor a call to somebody reached by the first
chunk. A change of a notification that very many have goes the same way. A chunk is placed with the content of that
moment, and holds the rows of its notifications (``for share``): whoever changes one waits for the chunks in hand, then
shows the change to those they placed.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import chain
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from notifcenter.inbox.presses import Action
from notifcenter.models import FanoutPart, Notification, Priority
from notifcenter.operation import crash_points
from notifcenter.publishing import placement, recipients, spread
from notifcenter.publishing.placement import NotificationRecipients
from notifcenter.publishing.spread import How
from notifcenter.signals import fanned_out

CHUNK_ENTRIES = 2000
"""A chunk ends with the first recipient who brings it to so many inbox entries."""
PLACED_AT_ONCE_MAX = 5000
"""More inbox entries are left to the workers."""
SHARED = "SELECT id FROM notifcenter_notification WHERE id = ANY(%s) ORDER BY id FOR SHARE"

ChunkEntries = list[tuple[str, list[int]]]
"""The inbox entries of a chunk: [(hexadecimal id of the notification, [user id])]."""


def enqueue(publications: NotificationRecipients, *, now: datetime, change: How | None = None) -> None:
    """Store the chunks to place, or to show a change to, inside the caller's transaction."""
    priority = max(notification.priority for notification, _users in publications)
    chunk = partial(
        FanoutPart, urgent=priority >= Priority.HIGH, priority=priority, created_at=now, change=change or ""
    )
    FanoutPart.objects.bulk_create(chunk(entries=entries) for entries in _chunks(publications))
    fanned_out.send(FanoutPart)


def place_or_enqueue(notification: Notification, people: Mapping[int, bool], *, now: datetime) -> None:
    """Place an existing notification in the inboxes of these people, who do not have it; or leave that to the workers.

    ``people``: {user id: whether the master switch is on}.
    """
    if len(people) > PLACED_AT_ONCE_MAX:
        enqueue([(notification, list(people))], now=now)
    elif people:
        placement.place([], [(notification, list(people))], people, now=now)


def show(notification: Notification, how: How, users: Sequence[int], *, now: datetime) -> None:
    """Show a change to these people, who have the notification: at once, or in chunks where they are very many."""
    if len(users) > PLACED_AT_ONCE_MAX:
        enqueue([(notification, users)], now=now, change=how)
    else:
        spread.to(notification, how, users, now=now)


def show_press(notification: Notification, action: Action, user: int, *, now: datetime) -> None:
    """Show a pressed action, whose notification the caller has locked: where it is exclusive, to all who have that.

    With an action that closes they are done with it.
    """
    seen_by = spread.holders(notification) if action["exclusive"] else [user]
    show(notification, How.DONE if action["closes"] else How.UPDATED, seen_by, now=now)


def waiting(limit: int, *, without: Collection[int] = (), oldest_first: bool = False) -> list[int]:
    """The ids of the next chunks to place: those of the greatest priority first, unless ``oldest_first``."""
    order = ("pk",) if oldest_first else ("-priority", "pk")
    return list(FanoutPart.objects.exclude(pk__in=without).order_by(*order).values_list("pk", flat=True)[:limit])


def place(pk: int, *, now: datetime) -> bool:
    """Place one chunk; False where another worker places it now or has placed it."""
    with transaction.atomic():
        chunk = FanoutPart.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
        if chunk is None:
            return False
        publications = _publications(chunk)
        if chunk.change:
            for notification, users in publications:
                spread.to(notification, How(chunk.change), users, now=now)
        else:
            switches = recipients.existing({user for _notification, users in publications for user in users})
            placement.place([], _only_existing(publications, switches), switches, now=now)
        chunk.delete()
        crash_points.at("fanout.before_commit")
    return True


def to_place(notification: Notification) -> set[int]:
    """The people whose inbox does not have this notification yet."""
    return {user for users in _entries_of(notification, FanoutPart.objects.filter(change="")) for user in users}


def remaining_recipients(notification: Notification) -> int:
    """Their number."""
    return len(to_place(notification))


def is_showing(notification: Notification) -> bool:
    """Whether a change of it is still to be shown to somebody."""
    return any(_entries_of(notification, FanoutPart.objects.exclude(change="")))


def _entries_of(notification: Notification, chunks: QuerySet[FanoutPart]) -> Iterator[list[int]]:
    for entries in chunks.values_list("entries", flat=True).iterator():
        yield from (users for pk, users in entries if pk == notification.id.hex)


def _publications(chunk: FanoutPart) -> NotificationRecipients:
    """The chunk's notifications and recipients, without what was deleted or withdrawn since."""
    notifications = _shared([UUID(pk) for pk, _users in chunk.entries])
    pairs = [(notifications.get(UUID(pk)), users) for pk, users in chunk.entries]
    shown = chunk.change == How.WITHDRAWN
    return [(one, users) for one, users in pairs if one is not None and (shown or one.withdrawn_at is None)]


def _shared(ids: Sequence[UUID]) -> dict[UUID, Notification]:
    """These notifications as they are and stay until the commit."""
    if connection.features.has_select_for_update:
        with connection.cursor() as cursor:
            cursor.execute(SHARED, [list(ids)])
    return Notification.objects.select_related("provider").in_bulk(ids)


def _only_existing(publications: NotificationRecipients, switches: Mapping[int, bool]) -> NotificationRecipients:
    return [(notification, [user for user in users if user in switches]) for notification, users in publications]


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
