"""Snoozed items come back: unread and newest, as if they had just arrived.

At their time, or when their person's call ends, which open pages tell. Each has a transaction of its own.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from channels_app.live import page_status
from channels_app.live.page_status import Status
from notifcenter.models import CALL_END, InboxItem
from notifcenter.operation import crash_points
from notifcenter.publishing import spread
from notifcenter.publishing.spread import How

SNOOZED = InboxItem.objects.filter(deleted_at=None, snoozed_until__isnull=False)
WAITING_FOR_CALLS = SNOOZED.filter(snoozed_until=CALL_END)


def due(*, now: datetime, limit: int) -> list[int]:
    """The items whose time has come, the earliest first."""
    items = SNOOZED.filter(snoozed_until__lte=now).order_by("snoozed_until", "position")
    return list(items.values_list("pk", flat=True)[:limit])


def of_ended_calls(*, now: datetime, limit: int) -> list[int]:
    """The items that waited for the end of a call which is over, in the order in which they came."""
    items = list(WAITING_FOR_CALLS.order_by("position").values_list("pk", "user"))
    calling = page_status.people(Status.CALLING, {user for _pk, user in items})
    return [pk for pk, user in items if user not in calling][:limit]


def bring_back(pk: int, *, now: datetime) -> bool:
    """End a snooze that is due, or waited for the end of a call; False where there is none any more."""
    with transaction.atomic():
        item = SNOOZED.filter(Q(snoozed_until__lte=now) | Q(snoozed_until=CALL_END), pk=pk).first()
        if item is None:
            return False
        [notification] = spread.locked(Q(pk=item.notification_id))
        spread.to(notification, How.RETURNED, [item.user_id], now=now)
        crash_points.at("snooze.before_commit")
    return True
