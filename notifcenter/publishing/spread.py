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
from notifcenter.models import CALL_END, InboxItem, Notification
from notifcenter.operation import crash_points
from notifcenter.publishing import recipients
from notifcenter.signals import spread


class How(StrEnum):
    """What became of a notification, for those who have it.

    UPDATED: its content is another. RENEWED: it is unread and the newest again, also where it was removed; it alerts,
    and goes out by the channels again. FOLDED: the same without alert, and nothing goes out. FOLD_ENDED: where it is
    unread it is the newest and alerts; it goes out to who did not remove it. WITHDRAWN: it is removed, and what has not
    left by the channels never does. DONE: it is done with. RETURNED: a snooze is over; it is unread and the newest,
    alerts, and goes out to devices again. CLOSED: its content is another, and nobody has to read it any more; UNREAD:
    its content is another and everybody has to; it also goes out by the channels that do not ring. A snoozed item stays
    away but for RENEWED, RETURNED and WITHDRAWN.
    """

    UPDATED = "updated"
    RENEWED = "renewed"
    FOLDED = "folded"
    FOLD_ENDED = "fold_ended"
    WITHDRAWN = "withdrawn"
    DONE = "done"
    RETURNED = "returned"
    CLOSED = "closed"
    UNREAD = "unread"


RENEWING = (How.RENEWED, How.FOLDED, How.FOLD_ENDED, How.RETURNED)
MARKING = {How.CLOSED: True, How.UNREAD: False}
ALERTING = (How.RENEWED, How.FOLD_ENDED, How.RETURNED)
REPEATING = (How.FOLDED, How.FOLD_ENDED)


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
    shown = [item for item in items if _shows(item, how, last, now)]
    changed = [_change(item, how, switches, last) for item in shown]
    cursors = item_changes.write(changed, inboxes, now=now)
    concerned = sorted(item.user_id for item in items if _concerns(item, how, is_shown=item in shown))
    spread.send(Notification, spread=Spread(notification, how, cursors, concerned), now=now)
    crash_points.at("spread.before_commit")


def _shows(item: InboxItem, how: How, repeated_at: datetime | None, now: datetime) -> bool:
    """Whether this person sees the change; repeats that came before somebody removed it, or had done with it, bring
    nothing back."""
    if how == How.FOLDED:
        return _is_before(item.deleted_at or item.done_at, repeated_at)
    if how == How.RENEWED:
        return True
    if how == How.RETURNED and not _is_snooze_over(item, now):
        return False
    return item.deleted_at is None and not (how == How.FOLD_ENDED and item.read_at)


def _is_snooze_over(item: InboxItem, now: datetime) -> bool:
    return item.snoozed_until is not None and (item.snoozed_until <= now or item.snoozed_until == CALL_END)


def _concerns(item: InboxItem, how: How, *, is_shown: bool) -> bool:
    """Whether the change concerns this person's deliveries."""
    if how == How.RETURNED:
        return is_shown
    is_there = item.deleted_at is None and not (how == How.FOLD_ENDED and item.done_at)
    return is_there or how in (How.RENEWED, How.WITHDRAWN)


def _is_before(moment: datetime | None, repeated_at: datetime | None) -> bool:
    return moment is None or (repeated_at is not None and moment < repeated_at)


def _change(item: InboxItem, how: How, switches: Mapping[int, bool], repeated_at: datetime | None) -> ItemChange:
    silent = _is_silent(item, how, on=switches.get(item.user_id, True))
    stays_away = how in REPEATING and item.snoozed_until is not None
    return ItemChange(
        item,
        renewed=how in RENEWING and not stays_away and (how != How.FOLDED or _is_before(item.read_at, repeated_at)),
        removed=how == How.WITHDRAWN,
        read=MARKING.get(how),
        done=how == How.DONE,
        alert=how in ALERTING and not stays_away and switches.get(item.user_id, True),
        silent=silent,
    )


def _is_silent(item: InboxItem, how: How, *, on: bool) -> bool:
    """What comes back from a snooze has gone out by its channels already, so it never becomes silent."""
    if how not in RENEWING:
        return item.silent
    return not on and (how != How.RETURNED or item.silent)
