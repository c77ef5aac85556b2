"""Spread: a change of a notification reaches the inboxes that have it, one revision in each, under their locks.

This is the one mechanism behind updates, renewals, folds and withdrawals. Whoever calls it holds the notification's
row locked (``for update``), so nobody places it meanwhile with the content from before. Where very many have it, the
change is left to the workers in chunks, as a fan-out is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Q

from notifcenter.inbox import filter_columns, item_changes
from notifcenter.inbox.item_changes import ItemChange
from notifcenter.models import InboxItem, Notification
from notifcenter.operation import crash_points
from notifcenter.publishing import recipients
from notifcenter.signals import spread


class How(StrEnum):
    """What became of a notification, for those who have it.

    UPDATED: its content is another. RENEWED: it is unread and the newest again, also where it was removed; it alerts,
    and goes out by the channels again. FOLDED: the same without alert, and nothing goes out. FOLD_ENDED: where it is
    unread it is the newest and alerts; it goes out to who did not remove it. WITHDRAWN: it is removed, and what has not
    left by the channels never does. CLOSED: its content is another or it is done with, and nobody has to read it any
    more; UNREAD: its content is another and everybody has to; it also goes out by the channels that do not ring.
    """

    UPDATED = "updated"
    RENEWED = "renewed"
    FOLDED = "folded"
    FOLD_ENDED = "fold_ended"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    UNREAD = "unread"


RENEWING = (How.RENEWED, How.FOLDED, How.FOLD_ENDED)
MARKING = {How.CLOSED: True, How.UNREAD: False}
ALERTING = (How.RENEWED, How.FOLD_ENDED)


@dataclass(frozen=True)
class Spread:
    """A change that reached inboxes: ``cursors`` are [(user, cursor)] of those where it shows, ``users`` are all whose
    deliveries it concerns."""

    notification: Notification
    how: How
    cursors: Sequence[tuple[int, int]]
    users: Sequence[int]


def locked(condition: Q) -> list[Notification]:
    """The notifications of which this is true, with their providers, locked until the commit, by ascending id."""
    rows = Notification.objects.select_for_update(of=("self",)).select_related("provider")
    return list(rows.filter(condition).order_by("pk"))


def holders(notification: Notification) -> list[int]:
    """Who has it, or removed it, by ascending id."""
    items = InboxItem.objects.filter(notification=notification).order_by("user_id")
    return list(items.values_list("user_id", flat=True))


def to(notification: Notification, how: How, users: Sequence[int], *, now: datetime) -> None:
    """Show a change to these people, who all had the notification; inside the caller's transaction."""
    inboxes = item_changes.locked(users)
    items = list(InboxItem.objects.filter(notification=notification, user__any_of=list(inboxes)))
    if how != How.WITHDRAWN:
        columns = filter_columns.of_items(notification, len(items))
        InboxItem.objects.filter(pk__any_of=[item.pk for item in items]).update(**columns)
    switches = recipients.existing(item.user_id for item in items) if how in RENEWING else {}
    last = notification.renewed_at
    changed = [_change(item, how, switches, last) for item in items if _shows(item, how, last)]
    cursors = item_changes.write(changed, inboxes, now=now)
    users = sorted(item.user_id for item in items if item.deleted_at is None or how in (How.RENEWED, How.WITHDRAWN))
    spread.send(Notification, spread=Spread(notification, how, cursors, users), now=now)
    crash_points.at("spread.before_commit")


def _shows(item: InboxItem, how: How, repeated_at: datetime | None) -> bool:
    """Whether this person sees the change; repeats that came before somebody removed it bring nothing back."""
    if how == How.FOLDED:
        return _is_before(item.deleted_at, repeated_at)
    return how == How.RENEWED or (item.deleted_at is None and not (how == How.FOLD_ENDED and item.read_at))


def _is_before(moment: datetime | None, repeated_at: datetime | None) -> bool:
    return moment is None or (repeated_at is not None and moment < repeated_at)


def _change(item: InboxItem, how: How, switches: Mapping[int, bool], repeated_at: datetime | None) -> ItemChange:
    silent = not switches.get(item.user_id, True) if how in RENEWING else item.silent
    return ItemChange(
        item,
        renewed=how in RENEWING and (how != How.FOLDED or _is_before(item.read_at, repeated_at)),
        removed=how == How.WITHDRAWN,
        read=MARKING.get(how),
        alert=how in ALERTING and not silent,
        silent=silent,
    )
