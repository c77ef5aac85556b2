"""Folding: repeats of a publication renew the first instead of adding one.

The first goes out as always. Each repeat counts and brings its text at once; the inboxes are shown that at most once
a second, without alert. When the window has ended, which does not slide, it goes out once more if there were repeats.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from notifcenter.models import InboxItem, Notification, PublicationKey
from notifcenter.operation import crash_points
from notifcenter.publishing import fanout, spread
from notifcenter.publishing.spread import How
from notifcenter.signals import falls_due

SHOWN_EVERY = timedelta(seconds=1)


def takes(row: PublicationKey, notification: Notification, *, now: datetime) -> bool:
    """Whether a repeat folds into what its fold key names: within the window, while somebody has it and is not done."""
    if not _is_open(row, now):
        return False
    items = InboxItem.objects.filter(notification=notification)
    return items.filter(deleted_at=None, done_at=None).exists() or not items.exists()


def begin(digest: UUID, *, now: datetime) -> None:
    """A fold key whose first notification had repeats in the same transaction: its window's end is to be attended."""
    PublicationKey.objects.filter(pk=digest).update(shown_at=now, due_at=F("folds_until"))


def show_or_wait(row: PublicationKey, notification: Notification, *, now: datetime) -> bool:
    """Note a repeat on its fold key's locked row; gives whether it is to be shown now.

    Otherwise the worker shows it a second after the last time.
    """
    again_at = now if row.shown_at is None else row.shown_at + SHOWN_EVERY
    if again_at <= now and not fanout.is_showing(notification):
        _save_times(row, now, row.folds_until)
        return True
    if row.due_at != (due_at := max(again_at, now)):
        _save_times(row, row.shown_at, due_at)
        falls_due.send(PublicationKey, queue="folds", seconds=(due_at - now).total_seconds())
    return False


def due(*, now: datetime, limit: int) -> list[UUID]:
    """The fold keys whose repeats are to be shown, or whose window has ended."""
    return list(PublicationKey.objects.filter(due_at__lte=now).order_by("due_at").values_list("pk", flat=True)[:limit])


def attend(pk: UUID, *, now: datetime) -> bool:
    """Show the repeats of a fold key that are due, or end its window; False where there is nothing to do any more."""
    with transaction.atomic():
        row = PublicationKey.objects.select_for_update(skip_locked=True).filter(pk=pk, due_at__lte=now).first()
        if row is None:
            return False
        [notification] = spread.locked(Q(pk=row.notification_id))
        if not _is_open(row, now):
            end(row, notification, now=now)
        elif fanout.is_showing(notification):
            PublicationKey.objects.filter(pk=pk).update(due_at=now + SHOWN_EVERY)
        else:
            _show(row, notification, now)
        crash_points.at("fold.before_commit")
    return True


def end(row: PublicationKey, notification: Notification, *, now: datetime) -> None:
    """A locked row's fold has ended: its key is free, and what folded into it goes out once more.

    Not before the window's end, where it ends because nobody has it any more.
    """
    PublicationKey.objects.filter(pk=row.pk).delete()
    if row.due_at is not None and not _is_open(row, now):
        fanout.show(notification, How.FOLD_ENDED, spread.holders(notification), now=now)


def _is_open(row: PublicationKey, now: datetime) -> bool:
    return row.folds_until is not None and row.folds_until > now


def _save_times(row: PublicationKey, shown_at: datetime | None, due_at: datetime | None) -> None:
    row.shown_at, row.due_at = shown_at, due_at
    row.save(update_fields=["due_at", "shown_at"])


def _show(row: PublicationKey, notification: Notification, now: datetime) -> None:
    _save_times(row, now, row.folds_until)
    fanout.show(notification, How.FOLDED, spread.holders(notification), now=now)
