"""What has grown old leaves the centres, and the database once nobody has it any more; in batches that lock little."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from notifcenter.models import Inbox, InboxItem, Notification

KEPT = 200
"""So many of the newest entries stay in every centre, however old: pages may still ask for them."""


def cutoff(now: datetime) -> datetime | None:
    """What was published before then may go; None: everything is kept."""
    return now - timedelta(days=settings.RETENTION_DAYS) if settings.RETENTION_DAYS else None


def forget(*, before: datetime, batch: int) -> None:
    """Drop old items, then the notifications that lie in no centre any more, with their deliveries."""
    head = Inbox.objects.filter(user=OuterRef("user")).values("revision")
    aged = InboxItem.objects.annotate(head=Subquery(head))
    old = aged.filter(notification__created_at__lt=before, position__lte=F("head") - KEPT)
    while ids := list(old.values_list("id", flat=True)[:batch]):
        drop_items(ids)
    left = Notification.objects.filter(~Exists(InboxItem.objects.filter(notification=OuterRef("pk"))))
    while gone := list(left.filter(created_at__lt=before).values_list("id", flat=True)[:batch]):
        Notification.objects.filter(id__in=gone).delete()


def drop_items(ids: list[int]) -> None:
    """The badge of who had not read them counts down; open pages learn it with the next heartbeat."""
    dropped = InboxItem.objects.filter(id__in=ids)
    with transaction.atomic():
        inboxes = Inbox.objects.filter(user__in=dropped.values("user")).order_by("user").select_for_update()
        unread = Count("id", filter=Q(read_at=None, deleted_at=None))
        locked = {inbox.user_id for inbox in inboxes}
        for row in dropped.filter(user__in=locked).order_by().values("user").annotate(unread=unread):
            Inbox.objects.filter(user=row["user"]).update(unread=F("unread") - row["unread"])
        dropped.delete()
