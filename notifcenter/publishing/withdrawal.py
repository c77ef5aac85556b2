"""Withdrawal: a notification leaves every inbox, and what has not left by the channels never does.

Its row stays, so that its publisher can look it up. A mail that a worker has in hand is looked at once more right
before it is handed over: until then it is stopped, from then on it is out. Expiry is a withdrawal by the clock.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from notifcenter.models import Notification, PublicationKey, ScheduledPublication
from notifcenter.operation import crash_points
from notifcenter.publishing import fanout, keys, spread
from notifcenter.publishing.spread import How


def withdraw(pk: UUID, *, now: datetime) -> bool:
    """Withdraw a notification; False where it is withdrawn already."""
    return _withdraw(pk, Q(), now)


def expire(pk: UUID, *, now: datetime) -> bool:
    """Withdraw a notification that has expired; False where it is withdrawn, or was given more time meanwhile."""
    return _withdraw(pk, Q(expires_at__lte=now), now)


def withdraw_by_key(provider: int, owner: int, key: str, *, now: datetime) -> bool:
    """Withdraw what stands under a key; False where nothing does."""
    named = keys.notification_under(provider, owner, key)
    return named is not None and withdraw(named.pk, now=now)


def expired(*, now: datetime, limit: int) -> list[UUID]:
    """The notifications that have expired and are not withdrawn yet."""
    rows = Notification.objects.filter(expires_at__lte=now, withdrawn_at=None).order_by("expires_at")
    return list(rows.values_list("pk", flat=True)[:limit])


def end(notification: Notification, *, now: datetime) -> None:
    """Withdraw a notification whose row, and those of its keys, the caller has locked."""
    notification.withdrawn_at = now
    notification.save(update_fields=["withdrawn_at"])
    PublicationKey.objects.filter(notification=notification).delete()
    ScheduledPublication.objects.filter(pk=notification.pk).delete()
    fanout.show(notification, How.WITHDRAWN, spread.holders(notification), now=now)


def _withdraw(pk: UUID, condition: Q, now: datetime) -> bool:
    with transaction.atomic():
        keys.locked_of(pk)
        for notification in spread.locked(Q(pk=pk, withdrawn_at=None) & condition):
            end(notification, now=now)
            crash_points.at("withdraw.before_commit")
            break
        else:
            return False
    crash_points.at("withdraw.after_commit")
    return True
