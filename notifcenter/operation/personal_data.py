"""What the core keeps about people. A notification goes with a person where nobody else received it."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from notifcenter.inbox import settled
from notifcenter.models import (
    ActionPress,
    Delivery,
    DeliveryEvent,
    IdempotencyKey,
    Inbox,
    InboxChange,
    InboxItem,
    InboxUndo,
    Notification,
    ScheduledPublication,
    WebhookCall,
)
from notifcenter.operation import retention
from notifcenter.operation.erase import EARLY, Row, Source, deleted, register, register_table
from notifcenter.operation.waiting_data import leave, lock_chunks, scheduled, waiting

BATCH = 500
"""Notifications in one transaction; at least what pages may ask for (``retention.NEWEST_ENTRIES``)."""


def _of(model: Any, condition: Q) -> QuerySet[Any]:
    return model.objects.filter(condition, notification=OuterRef("pk"))


def _read_notifications(user: Any) -> Iterator[Row]:
    """What they received or is still to be placed for them."""
    placed = InboxItem.objects.filter(user=user).values_list("notification", flat=True)
    sent = Delivery.objects.filter(user=user).values_list("notification", flat=True)
    ids = sorted(waiting(user).for_person.union(placed, sent))
    for start in range(0, len(ids), BATCH):
        yield from map(dict, Notification.objects.filter(pk__in=ids[start : start + BATCH]).order_by("pk").values())


def _thin_out(user: Any) -> Counter[str]:
    """Most of what they received, the oldest first, in transactions that lock nothing for long.

    The newest items stay for the last one, so that the inbox is sound at any moment.
    """
    counts = Counter[str]()
    items = InboxItem.objects.filter(user=user).order_by("position")
    while len(rows := list(items.values_list("pk", "notification")[: 2 * BATCH])) > BATCH:
        with transaction.atomic():
            oldest = rows[:BATCH]
            notifications = [pk for _item, pk in oldest]
            retention.lock(notifications)
            retention.delete_items([pk for pk, _notification in oldest])
            counts[InboxItem._meta.db_table] += len(oldest)
            counts += _erase_received(user, notifications, waiting(user).for_others)
    itemless = Delivery.objects.filter(~Exists(_items_of_delivery(user)), user=user)
    while ids := list(itemless.values_list("notification", flat=True)[:BATCH]):
        with transaction.atomic():
            retention.lock(ids)
            counts += _erase_received(user, ids, waiting(user).for_others)
    return counts


def _items_of_delivery(user: Any) -> QuerySet[InboxItem]:
    return InboxItem.objects.filter(user=user, notification=OuterRef("notification"))


def _erase_notifications(user: Any) -> Counter[str]:
    """What is left of what they received, and what still was to be placed."""
    ids = _locked(user)
    return _erase_received(user, ids, leave(user).for_others)


def _locked(user: Any) -> list[UUID]:
    """What they received or is to come, locked with their inbox, so that whoever is just placing something is done.

    Chunks, notifications and the inbox in the order in which they are placed. What came before the inbox was locked is
    locked from the start in another try: the savepoint lets go of the locks.
    """
    while True:
        ids = _received(user)
        with suppress(_MoreCame), transaction.atomic():
            lock_chunks()
            retention.lock(ids)
            Inbox.objects.select_for_update().filter(user=user).first()
            if not _received(user) <= ids:
                raise _MoreCame
            return list(ids)


class _MoreCame(Exception):
    """Something was placed while locks were waited for."""


def _received(user: Any) -> set[UUID]:
    return waiting(user).for_person.union(InboxItem.objects.filter(user=user).values_list("notification", flat=True))


def _erase_received(user: Any, ids: Sequence[UUID], awaited: Collection[UUID]) -> Counter[str]:
    """The person's share of these locked notifications, and those that nobody else received or waits for."""
    counts = deleted(InboxItem.objects.filter(user=user, notification__in=ids))  # the order of compaction: no deadlock
    counts += deleted(Delivery.objects.filter(user=user, notification__in=ids))
    shared = Exists(_of(InboxItem, Q())) | Exists(_of(Delivery, Q()))
    alone = Notification.objects.filter(pk__in=ids).exclude(shared).values_list("pk", flat=True)
    gone = [pk for pk in alone if pk not in awaited]
    counts += _forget_answers({str(pk) for pk in gone})
    return counts + deleted(Notification.objects.filter(pk__in=gone))


def _forget_answers(ids: set[str]) -> Counter[str]:
    keys = IdempotencyKey.objects.values_list("pk", "answer").iterator() if ids else ()
    gone = [pk for pk, answer in keys if not ids.isdisjoint(_ids(answer))]
    return deleted(IdempotencyKey.objects.filter(pk__in=gone))


def _ids(answer: Any) -> list[str]:
    return [str(answer.get("id"))] if isinstance(answer, dict) else [str(one) for one in answer]


def _read_deliveries(user: Any) -> Iterator[Row]:
    """The rows of the queue, and what was settled at publication."""
    yield from map(dict, Delivery.objects.filter(user=user).order_by("pk").values())
    items = InboxItem.objects.filter(user=user).select_related("notification", "settled")
    for item in items.order_by("pk").iterator():
        for delivery in settled.deliveries(item):
            yield {field.attname: getattr(delivery, field.attname) for field in Delivery._meta.concrete_fields}


def _webhook_calls(user: Any) -> QuerySet[WebhookCall]:
    """What was to be told, or was told, of this person's deliveries; bodies are JSON without spaces."""
    return WebhookCall.objects.filter(Q(body__contains=f'"user":{user.pk},') | Q(body__contains=f'"user":{user.pk}}}'))


register(Source(Notification._meta.db_table, _read_notifications, _erase_notifications, EARLY, before=_thin_out))
register_table(DeliveryEvent, lambda user: DeliveryEvent.objects.filter(delivery__user=user))
register(Source(Delivery._meta.db_table, _read_deliveries, lambda user: deleted(Delivery.objects.filter(user=user))))
register_table(InboxItem, lambda user: InboxItem.objects.filter(user=user))
register_table(InboxUndo, lambda user: InboxUndo.objects.filter(user=user), secret=["id"])
register_table(InboxChange, lambda user: InboxChange.objects.filter(user=user))
register_table(Inbox, lambda user: Inbox.objects.filter(user=user))


def _read_presses(user: Model) -> Iterator[Row]:
    yield from map(dict, ActionPress.objects.filter(user=user.pk).order_by("pk").values())


def _forget_who_pressed(user: Model) -> Counter[str]:
    """What was pressed stays done for the others, by nobody."""
    rows = ActionPress.objects.filter(user=user.pk).update(user=None)
    return Counter({ActionPress._meta.db_table: rows} if rows else {})


register(Source(ActionPress._meta.db_table, _read_presses, _forget_who_pressed))
register_table(WebhookCall, _webhook_calls)
register_table(ScheduledPublication, scheduled)
