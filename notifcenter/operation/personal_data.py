"""What the core keeps about people. A notification goes with a person where nobody else received it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from notifcenter.models import (
    Delivery,
    DeliveryEvent,
    FanoutPart,
    IdempotencyKey,
    Inbox,
    InboxChange,
    InboxItem,
    Notification,
    WebhookCall,
)
from notifcenter.operation.erase import EARLY, Row, Source, deleted, register, register_table

BATCH = 500


@dataclass(frozen=True)
class Waiting:
    """Ids of notifications that are still to be placed: for this person, and for others."""

    for_person: set[UUID] = field(default_factory=set)
    for_others: set[UUID] = field(default_factory=set)


def _received(user: Any) -> QuerySet[Notification]:
    return Notification.objects.filter(Exists(_of(InboxItem, Q(user=user))) | Exists(_of(Delivery, Q(user=user))))


def _of(model: Any, condition: Q) -> QuerySet[Any]:
    return model.objects.filter(condition, notification=OuterRef("pk"))


def _read_notifications(user: Any) -> Iterator[Row]:
    waiting = {pk for part in FanoutPart.objects.iterator() for pk, users in part.entries if user.pk in users}
    ids = {*map(UUID, waiting), *_received(user).values_list("pk", flat=True)}
    for pk in sorted(ids):
        yield from map(dict, Notification.objects.filter(pk=pk).values())


def _erase_notifications(user: Any) -> Counter[str]:
    """Those that nobody else received, and what a repeat of their publications would be answered."""
    Inbox.objects.select_for_update().filter(user=user).first()  # whoever is just placing something is done then
    waiting, others = _leave_fan_out(user), ~Q(user=user)
    candidates = _received(user) | Notification.objects.filter(pk__in=waiting.for_person)
    unshared = candidates.exclude(Exists(_of(InboxItem, others)) | Exists(_of(Delivery, others)))
    gone = [pk for pk in unshared.values_list("pk", flat=True) if pk not in waiting.for_others]
    counts = _forget_answers({str(pk) for pk in gone})
    for start in range(0, len(gone), BATCH):
        counts += deleted(Notification.objects.filter(pk__in=gone[start : start + BATCH]))
    return counts


def _leave_fan_out(user: Any) -> Waiting:
    """Take the person out of what is still to be placed."""
    waiting = Waiting()
    for part in FanoutPart.objects.select_for_update().order_by("pk"):
        before, part.entries = part.entries, [(pk, [one for one in to if one != user.pk]) for pk, to in part.entries]
        waiting.for_person.update(UUID(pk) for pk, to in before if user.pk in to)
        waiting.for_others.update(UUID(pk) for pk, to in part.entries if to)
        part.entries = [(pk, to) for pk, to in part.entries if to]
        if not part.entries:
            part.delete()
        elif part.entries != before:
            part.save(update_fields=["entries"])
    return waiting


def _forget_answers(ids: set[str]) -> Counter[str]:
    keys = IdempotencyKey.objects.values_list("pk", "answer").iterator() if ids else ()
    gone = [pk for pk, answer in keys if not ids.isdisjoint(_ids(answer))]
    return deleted(IdempotencyKey.objects.filter(pk__in=gone))


def _ids(answer: Any) -> list[str]:
    return [str(answer.get("id"))] if isinstance(answer, dict) else [str(one) for one in answer]


def _webhook_calls(user: Any) -> QuerySet[WebhookCall]:
    """What was to be told, or was told, of this person's deliveries; bodies are JSON without spaces."""
    return WebhookCall.objects.filter(Q(body__contains=f'"user":{user.pk},') | Q(body__contains=f'"user":{user.pk}}}'))


register(Source(Notification._meta.db_table, _read_notifications, _erase_notifications, EARLY))
register_table(DeliveryEvent, lambda user: DeliveryEvent.objects.filter(delivery__user=user))
register_table(Delivery, lambda user: Delivery.objects.filter(user=user))
register_table(InboxItem, lambda user: InboxItem.objects.filter(user=user))
register_table(InboxChange, lambda user: InboxChange.objects.filter(user=user))
register_table(Inbox, lambda user: Inbox.objects.filter(user=user))
register_table(WebhookCall, _webhook_calls)
