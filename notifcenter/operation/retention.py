"""Retention: old items leave the inboxes, and notifications in no inbox leave the database; in small batches."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from notifcenter.models import Inbox, InboxItem, Notification

NEWEST_ENTRIES = 200
"""So many of the newest entries stay in every inbox, however old: pages may still ask for them."""


def cutoff(now: datetime) -> datetime | None:
    """What was published before then is deleted; None: nothing is."""
    return now - timedelta(days=settings.RETENTION_DAYS) if settings.RETENTION_DAYS else None


def forget(*, before: datetime, batch: int) -> None:
    """Delete old items, then the old notifications that are in no inbox any more, with their deliveries."""
    revision = Inbox.objects.filter(user=OuterRef("user")).values("revision")
    items = InboxItem.objects.annotate(latest=Subquery(revision))
    old = items.filter(notification__created_at__lt=before, position__lte=F("latest") - NEWEST_ENTRIES)
    while ids := list(old.values_list("id", flat=True)[:batch]):
        delete_items(ids)
    in_no_inbox = Notification.objects.filter(~Exists(InboxItem.objects.filter(notification=OuterRef("pk"))))
    while pks := list(in_no_inbox.filter(created_at__lt=before).values_list("id", flat=True)[:batch]):
        Notification.objects.filter(id__in=pks).delete()


def delete_items(ids: list[int]) -> None:
    """Count down the unread among them; open pages learn of it with the next heartbeat."""
    old = InboxItem.objects.filter(id__in=ids)
    with transaction.atomic():
        inboxes = Inbox.objects.filter(user__in=old.values("user")).order_by("user").select_for_update()
        unread = Count("id", filter=Q(read_at=None, deleted_at=None))
        locked = {inbox.user_id for inbox in inboxes}
        for row in old.filter(user__in=locked).order_by().values("user").annotate(unread=unread):
            Inbox.objects.filter(user=row["user"]).update(unread=F("unread") - row["unread"])
        old.delete()
