"""Retention: old items leave the inboxes, and notifications in no inbox leave the database; in small batches."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from notifcenter.models import COUNTED, Call, Delivery, Inbox, InboxItem, Notification, PublicationKey
from notifcenter.operation import crash_points

NEWEST_ENTRIES = 200
"""So many of the newest entries stay in every inbox, however old: pages may still ask for them."""


def cutoff(now: datetime) -> datetime | None:
    """What was published before then is deleted; None: nothing is."""
    return now - timedelta(days=settings.RETENTION_DAYS) if settings.RETENTION_DAYS else None


def forget(*, before: datetime, batch: int) -> None:
    """Delete old items, unless pinned, with their deliveries, and old notifications that are in no inbox any more."""
    revision = Inbox.objects.filter(user=OuterRef("user")).values("revision")
    items = InboxItem.objects.annotate(latest=Subquery(revision))
    old = items.filter(_is_old(before, "notification__"), pinned_at=None, position__lte=F("latest") - NEWEST_ENTRIES)
    while rows := list(old.values_list("id", "notification")[:batch]):
        _forget_items([pk for pk, _notification in rows], {notification for _pk, notification in rows})
        crash_points.at("retention.after_batch")
    itemless = _itemless().filter(_is_old(before, "notification__"))
    while deliveries := list(itemless.values_list("id", flat=True)[:batch]):
        Delivery.objects.filter(id__any_of=deliveries).delete()
    while pks := list(_in_no_inbox().filter(_is_old(before), scheduled=None).values_list("id", flat=True)[:batch]):
        _forget_unplaced(pks)


def lock(notifications: Collection[UUID]) -> None:
    """Wait for whoever changes them or takes others out of them, so that one of both sees that nobody is left.

    In the order of whoever publishes: calls, keys, notifications, each by ascending id; then inboxes may
    follow, by ascending user. Deleting a notification takes its call and its keys along.
    """
    ids = list(notifications)
    for owner in (Call, PublicationKey):
        list(owner.objects.select_for_update().filter(notification__any_of=ids).order_by("pk").values_list("pk"))
    rows = Notification.objects.filter(id__any_of=ids).order_by("id")
    list(rows.select_for_update(no_key=True).values_list("id"))


@transaction.atomic
def _forget_unplaced(notifications: Collection[UUID]) -> None:
    lock(notifications)
    _in_no_inbox().filter(id__any_of=list(notifications)).delete()


def _forget_items(ids: list[int], notifications: Collection[UUID]) -> None:
    """Notifications go in the same moment as their last item: nothing else may say who received them."""
    with transaction.atomic():
        pairs = {"notification__items__id__any_of": ids, "notification__items__user": F("user")}
        deliveries = list(Delivery.objects.filter(**pairs).values_list("id", flat=True))
        lock(notifications)
        delete_items(ids)
        Delivery.objects.filter(id__any_of=deliveries).delete()
        _in_no_inbox().filter(id__any_of=list(notifications)).delete()


def delete_items(ids: list[int]) -> None:
    """Count down the unread among them; open pages learn of it with the next heartbeat."""
    old = InboxItem.objects.filter(id__in=ids)
    with transaction.atomic():
        inboxes = Inbox.objects.filter(user__in=old.values("user")).order_by("user").select_for_update()
        unread = Count("id", filter=COUNTED)
        locked = {inbox.user_id for inbox in inboxes}
        for row in old.filter(user__in=locked).order_by().values("user").annotate(unread=unread):
            Inbox.objects.filter(user=row["user"]).update(unread=F("unread") - row["unread"])
        old.delete()


def _is_old(before: datetime, of: str = "") -> Q:
    """Published before then, and not renewed since; ``of``: the look-up of the notification."""
    not_renewed = Q(**{f"{of}renewed_at": None}) | Q(**{f"{of}renewed_at__lt": before})
    return not_renewed & Q(**{f"{of}created_at__lt": before})


def _in_no_inbox() -> QuerySet[Notification]:
    return Notification.objects.filter(~Exists(InboxItem.objects.filter(notification=OuterRef("pk"))))


def _itemless() -> QuerySet[Delivery]:
    """Deliveries whose item an earlier version took alone: lists go by items, so only counts would still have them."""
    item = InboxItem.objects.filter(notification=OuterRef("notification"), user=OuterRef("user"))
    return Delivery.objects.filter(~Exists(item))
