"""Scheduling: a notification that becomes visible at its time, as an ordinary publication of that moment.

Until then it has a ``ScheduledPublication`` with its recipients as written: groups and ``all`` are who they are when it
becomes visible. It can be updated by its key and withdrawn; a repeat folds only into what is visible. One that expires
first is withdrawn without having been seen; so is one whose recipients are all gone.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from notifcenter.models import Notification, ScheduledPublication
from notifcenter.operation import crash_points
from notifcenter.publishing import fanout, keys, recipients, spread, withdrawal
from notifcenter.publishing.publication import Publication
from notifcenter.signals import falls_due


def schedule(notification: Notification, publication: Publication, due_at: datetime) -> ScheduledPublication:
    """The row of a new notification that waits for its time; it is not stored yet."""
    names: recipients.Named = recipients.ALL if publication.named is None else publication.named
    return ScheduledPublication(
        notification=notification, recipients=names, due_at=due_at, created_at=notification.created_at
    )


def reschedule(scheduled: ScheduledPublication, publication: Publication) -> None:
    """An update of what waits: whom it newly names is added, its time is another where it gives one."""
    before, names = scheduled.recipients, publication.named
    if names is not None:
        added = (
            recipients.ALL
            if recipients.ALL in (before, names)
            else [*before, *(one for one in names if one not in before)]
        )
        scheduled.recipients = added
    scheduled.due_at = publication.send_at or scheduled.due_at


def save(scheduled: ScheduledPublication, *, now: datetime) -> None:
    """Store it, and see that its time is not missed."""
    scheduled.save()
    falls_due.send(ScheduledPublication, queue="scheduled", seconds=max(0.0, (scheduled.due_at - now).total_seconds()))


def waiting(notifications: Iterable[UUID]) -> dict[UUID, ScheduledPublication]:
    """The schedules of those of these notifications that nobody sees yet, by notification."""
    return ScheduledPublication.objects.in_bulk(list(notifications))


def due(*, now: datetime, limit: int) -> list[UUID]:
    """The notifications whose time has come, the longest waiting first."""
    rows = ScheduledPublication.objects.filter(due_at__lte=now).order_by("due_at")
    return list(rows.values_list("pk", flat=True)[:limit])


def publish(pk: UUID, *, now: datetime) -> bool:
    """Make a notification visible whose time has come; False where it is visible, put off or withdrawn by now."""
    with transaction.atomic():
        keys.locked_of(pk)
        notifications = spread.locked(Q(pk=pk, scheduled__due_at__lte=now))
        for notification in notifications:
            _publish(notification, now)
            crash_points.at("scheduled.before_commit")
    return bool(notifications)


def _publish(notification: Notification, now: datetime) -> None:
    people = recipients.resolve_present(notification.scheduled.recipients)
    if not people or (notification.expires_at and notification.expires_at <= now):
        withdrawal.end(notification, now=now)
    else:
        notification.scheduled.delete()
        notification.created_at = now
        notification.save(update_fields=["created_at"])
        fanout.place_or_enqueue(notification, people, now=now)
