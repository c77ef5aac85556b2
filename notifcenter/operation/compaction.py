"""Compaction: delivery rows of an earlier version that only say why nothing went out move onto their inbox items.

It goes in batches that lock little, while everything else runs. Each batch is a transaction, so after a crash it goes
on where it was; ``InboxItem.settled`` is None until an item's turn has come.
"""

from collections import defaultdict
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, QuerySet

from notifcenter.channel import all_channels
from notifcenter.inbox import settled
from notifcenter.models import Delivery, InboxItem, SettledChannels
from notifcenter.operation import crash_points

BATCH_ITEMS = 500
SQLITE_PAUSE_SECONDS = 0.15
"""Between batches: SQLite has one writer, and who waits for it looks every 0.1 s."""

Alike = dict[tuple[str, datetime | None], list[int]]
"""{(text, ``placed_at``): ids of the items to have them}."""


def pause_seconds() -> float:
    """How long to wait between batches, so that others write, too."""
    return 0 if connection.features.has_select_for_update else SQLITE_PAUSE_SECONDS


def remaining() -> int:
    """How many items are still to be compacted."""
    return InboxItem.objects.filter(settled=None).count()


def compact_batch(after: int = 0) -> int | None:
    """Compact the next items with an id above ``after``; gives the last of their ids, None where there are none.

    A new text is stored while no item is locked, since who places others with it may wait for those who hold these.
    """
    with transaction.atomic():
        items = list(_unsettled(after))
        if not items:
            return None
        alike, moved = _plan(items)
        texts = {text for text, _placed_at in alike}
        stored = settled.ids_of(texts)
        if stored.keys() == texts:
            for (text, placed_at), ids in alike.items():
                InboxItem.objects.filter(id__any_of=ids).update(settled=stored[text], placed_at=placed_at)
            Delivery.objects.filter(id__any_of=moved).delete()
            crash_points.at("compaction.before_commit")
            return items[-1].pk
    for text in texts - stored.keys():
        SettledChannels.objects.get_or_create(text=text)
    return compact_batch(after)


def _unsettled(after: int) -> QuerySet[InboxItem]:
    """Items in somebody's hands are left for a later pass, so that nobody waits for this in a circle."""
    items = InboxItem.objects.filter(settled=None, id__gt=after).order_by("id").select_related("notification")
    if connection.features.has_select_for_update_skip_locked:
        items = items.select_for_update(skip_locked=True, of=("self",))
    return items.only("id", "notification__created_at")[:BATCH_ITEMS]


def _plan(items: list[InboxItem]) -> tuple[Alike, list[int]]:
    """What to write into which items, and the ids of the rows that it takes the place of."""
    rows = _rows_to_move([item.pk for item in items])
    moved: list[int] = []
    alike: Alike = defaultdict(list)
    for item in items:
        planned_at, fitting = _planned_together(rows.get(item.pk, []))
        alike[_text(fitting), _placed_at(item, planned_at)].append(item.pk)
        moved += [row.pk for row in fitting]
    return alike, moved


def _rows_to_move(items: list[int]) -> dict[int, list[Delivery]]:
    """By item, the deliveries that ended when they were planned and that nothing happened to since."""
    rows: dict[int, list[Delivery]] = defaultdict(list)
    at_once = Delivery.objects.filter(
        notification__items__id__any_of=items,
        notification__items__user=F("user"),
        finished_at=F("created_at"),
        attempts=0,
        device=0,
        events=None,
    )
    columns = at_once.annotate(item=F("notification__items")).only("id", "channel", "state", "reason", "created_at")
    for row in columns:
        if settled.can_settle(row.channel, row.state, row.reason):
            rows[row.item].append(row)
    return rows


def _planned_together(rows: list[Delivery]) -> tuple[datetime | None, list[Delivery]]:
    """Those planned at the first moment, which an item can hold; others, which should not be, stay rows."""
    first = min((row.created_at for row in rows), default=None)
    return first, [row for row in rows if row.created_at == first]


def _text(rows: list[Delivery]) -> str:
    order = [channel.code for channel in all_channels()]
    in_order = sorted(rows, key=lambda row: (row.channel not in order, [*order, row.channel].index(row.channel)))
    return settled.encode((row.channel, row.reason) for row in in_order)


def _placed_at(item: InboxItem, planned_at: datetime | None) -> datetime | None:
    return planned_at and settled.placed_at(item.notification.created_at, planned_at)
