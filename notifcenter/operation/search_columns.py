"""Inbox items of an earlier version get the columns by which inboxes are filtered, in batches that lock little.

Each batch is a transaction, so after a crash it goes on where it was; ``InboxItem.kind`` is None until an item's turn
has come, and until then no filter but ``unread``, ``provider`` and ``state`` finds it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from notifcenter.inbox import filter_columns, search
from notifcenter.models import InboxItem, Notification

BATCH_ITEMS = 500

Row = TypeVar("Row", bound=Model)


def remaining() -> int:
    """How many items are still to be filled."""
    return InboxItem.objects.filter(kind=None).count()


def fill_batch(after: int = 0) -> int | None:
    """Fill the next items with an id above ``after``; gives the last of their ids, None where there are none."""
    with transaction.atomic():
        items = list(_empty(after))
        for notification, pks in _by_notification(items):
            columns = filter_columns.of_items(notification, len(pks))
            InboxItem.objects.filter(pk__any_of=pks).update(**columns)
    return items[-1].pk if items else None


def _empty(after: int) -> QuerySet[InboxItem]:
    items = InboxItem.objects.filter(kind=None, id__gt=after).order_by("id")
    return _free(items).only("id", "notification_id")[:BATCH_ITEMS]


def _by_notification(items: Iterable[InboxItem]) -> Iterator[tuple[Notification, list[int]]]:
    """Read once the items are locked: an update that was writing them is done then."""
    pks: dict[UUID, list[int]] = defaultdict(list)
    for item in items:
        pks[item.notification_id].append(item.pk)
    for notification in _free(Notification.objects.filter(pk__in=list(pks)), no_key=True):
        if notification.search is None:
            notification.search = search.searched(notification)
            notification.save(update_fields=["search"])
        yield notification, pks[notification.pk]


def _free(rows: QuerySet[Row], *, no_key: bool = False) -> QuerySet[Row]:
    """Locked; those in somebody's hands are left for a later pass, so that nobody waits for this in a circle."""
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(skip_locked=True, no_key=no_key)
    return rows
