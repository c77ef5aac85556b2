"""The peer of ``digest``: a straightforward loop with its queries for each user. Django must be set up before."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.mail import get_connection
from django.db import transaction
from django.db.models import QuerySet

from accounts import schedule
from accounts.models import ChannelPreference, DigestSchedule, User
from accounts.preferences import resolve
from channels_app.delivery import compose
from notifcenter.channel import channel_named
from notifcenter.models import Delivery, InboxItem, State


def send_due(now: datetime, most: int, build: Callable[[Any, str], Any]) -> int:
    """Send the daily mails of so many at most; gives how many were sent. ``build(content, address)`` makes a mail."""
    email, post, sent = channel_named("email"), get_connection(), 0
    assert email
    due = DigestSchedule.objects.filter(next_due_at__lte=now).select_related("user")
    for plan in due[:most].iterator():
        waiting = _waiting(plan)
        newest, number = _unread(plan.user, waiting)
        chosen = {one.provider_id: one for one in ChannelPreference.objects.filter(user=plan.user)}
        for delivery in newest:
            resolve.resolve(plan.user, chosen.get(delivery.notification.provider_id), [email])
        post.send_messages([build((number, [compose.compose(each) for each in newest]), plan.user.email)])
        _write_off(plan, waiting, now)
        sent += 1
    return sent


def _waiting(plan: DigestSchedule) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        user=plan.user, state=State.DIGEST, created_at__gte=plan.window_start, created_at__lt=plan.next_due_at
    )


def _unread(user: User, waiting: QuerySet[Delivery]) -> tuple[list[Delivery], int]:
    """The five newest, and how many there are."""
    read = InboxItem.objects.filter(user=user, notification__in=waiting.values("notification"))
    gone = list(read.exclude(read_at=None, deleted_at=None).values_list("notification", flat=True))
    unread = waiting.exclude(notification__in=gone).select_related("notification__provider", "user")
    return list(unread.order_by("-created_at")[:5]), unread.count()


def _write_off(plan: DigestSchedule, waiting: QuerySet[Delivery], now: datetime) -> None:
    with transaction.atomic():
        waiting.update(state=State.SENT, reason="digested", finished_at=now)
        plan.window_start, plan.next_due_at = (
            plan.next_due_at,
            schedule.next_due(plan.time, plan.zone, plan.next_due_at),
        )
        plan.save(update_fields=["window_start", "next_due_at"])
