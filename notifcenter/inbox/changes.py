"""The centre: read, unread, remove, and what changed since a cursor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from notifcenter.database import prepared
from notifcenter.models import Inbox, InboxChange, InboxItem
from notifcenter.signals import inbox_changed

Action = InboxChange.Action
HEAD = "SELECT revision, unread FROM notifcenter_inbox WHERE user_id = %s"


@dataclass(frozen=True)
class Change:
    """What was done to a centre: everything its live frame says. ``ids`` is empty where ``all`` is true."""

    user: int
    cursor: int
    unread: int
    action: str
    ids: list[str]
    all: bool


@dataclass(frozen=True)
class Missed:
    """What a page has not seen: arrivals and changes by ascending cursor, and the head it leads to."""

    head: Inbox
    entries: list[InboxItem | InboxChange]
    too_many: bool = False


def has(user: int, pk: UUID) -> bool:
    """Whether this notification lies in somebody's centre."""
    return InboxItem.objects.filter(user_id=user, notification_id=pk, deleted_at=None).exists()


def head(user: int) -> Inbox:
    """Where somebody's centre stands; nothing is stored for who never got anything."""
    for revision, unread in prepared.rows(HEAD, [user]):
        return Inbox(user_id=user, revision=revision, unread=unread)
    return Inbox(user_id=user)


def heads(users: Sequence[int]) -> dict[int, Inbox]:
    """Where many centres stand; who never got anything is absent."""
    return Inbox.objects.in_bulk(users)


def mark(user: int, ids: Sequence[UUID], *, read: bool, now: datetime) -> int:
    """Mark items read or unread; gives the unread count; what is not the user's or stands so is passed over."""
    return _change(user, Action.READ if read else Action.UNREAD, _standing(not read), ids=ids, now=now)


def mark_all(user: int, *, read: bool, up_to: int | None, now: datetime) -> int:
    """Mark all items that came up to that cursor (None: all); gives the unread count."""
    return _change(user, Action.READ if read else Action.UNREAD, _standing(not read), up_to=up_to, now=now)


def remove(user: int, ids: Sequence[UUID], *, now: datetime) -> int:
    """Take items out of the centre; gives how many were there."""
    present = _chosen(user, {}, ids, None).count()
    _change(user, Action.DELETED, {}, ids=ids, now=now)
    return present


def remove_all(user: int, *, now: datetime) -> None:
    """Take everything out of the centre."""
    _change(user, Action.DELETED, {}, now=now)


def since(asked: Sequence[tuple[int, int]], limit: int) -> list[Missed]:
    """What came after each ``(user, cursor)``, deleted items left out; ``too_many``: over ``limit`` were missed."""
    now_at = heads([user for user, _cursor in asked])
    missed = [_missed(now_at.get(user) or Inbox(user_id=user), cursor, limit) for user, cursor in asked]
    behind = [(each, cursor) for each, (_user, cursor) in zip(missed, asked, strict=True) if _is_behind(each, cursor)]
    if behind:
        _fill(behind)
    return missed


def cursor_of(entry: InboxItem | InboxChange) -> int:
    """The cursor an entry raises the centre to."""
    return entry.position if isinstance(entry, InboxItem) else entry.revision


def _present() -> QuerySet[InboxItem]:
    """With content; providers, which are few, are fetched once each and not with every row."""
    rows = InboxItem.objects.filter(deleted_at=None)
    return rows.select_related("notification").prefetch_related("notification__provider")


def _missed(now_at: Inbox, cursor: int, limit: int) -> Missed:
    known = 0 <= cursor <= now_at.revision
    return Missed(now_at, [], too_many=not known or now_at.revision - cursor > limit)


def _is_behind(missed: Missed, cursor: int) -> bool:
    return not missed.too_many and cursor < missed.head.revision


def _fill(behind: list[tuple[Missed, int]]) -> None:
    arrived, changed = (
        reduce(or_, (_between(key, each.head, cursor) for each, cursor in behind)) for key in ("position", "revision")
    )
    present = _present().filter(arrived)
    found: dict[int, list[InboxItem | InboxChange]] = {}
    entries: list[InboxItem | InboxChange] = [*present, *InboxChange.objects.filter(changed)]
    for entry in entries:
        found.setdefault(entry.user_id, []).append(entry)
    for missed, cursor in behind:
        after = (
            entry for entry in found.get(missed.head.user_id, ()) if cursor < cursor_of(entry) <= missed.head.revision
        )
        missed.entries.extend(sorted(after, key=cursor_of))


def _between(key: str, head: Inbox, cursor: int) -> Q:
    return Q(user_id=head.user_id, **{f"{key}__gt": cursor, f"{key}__lte": head.revision})


def _standing(read: bool) -> dict[str, Any]:
    return {"read_at__isnull": not read}


def _change(
    user: int,
    action: Action,
    standing: dict[str, Any],
    *,
    now: datetime,
    ids: Sequence[UUID] | None = None,
    up_to: int | None = None,
) -> int:
    with transaction.atomic():
        inbox = Inbox.objects.select_for_update().filter(user_id=user).first()
        if inbox is None:
            return 0
        chosen = _chosen(user, standing, ids, up_to)
        touched = None if ids is None else [str(pk) for pk in chosen.values_list("notification_id", flat=True)]
        unread = chosen.filter(read_at=None).count() if action == Action.DELETED else 0
        changed = chosen.update(**_new_values(action, now))
        if changed:
            inbox.unread += {Action.READ: -changed, Action.UNREAD: changed, Action.DELETED: -unread}[action]
            _record(inbox, action, touched)
        return inbox.unread


def _new_values(action: Action, now: datetime) -> dict[str, Any]:
    if action == Action.DELETED:
        return {"deleted_at": now}
    return {"read_at": now if action == Action.READ else None}


def _chosen(user: int, standing: dict[str, Any], ids: Sequence[UUID] | None, up_to: int | None) -> QuerySet[InboxItem]:
    chosen = InboxItem.objects.filter(user_id=user, deleted_at=None, **standing)
    if ids is not None:
        chosen = chosen.filter(notification_id__in=ids)
    return chosen.filter(position__lte=up_to) if up_to is not None else chosen


def _record(inbox: Inbox, action: Action, touched: list[str] | None) -> None:
    inbox.revision += 1
    inbox.save(update_fields=["unread", "revision"])
    change = Change(inbox.user_id, inbox.revision, inbox.unread, action, touched or [], touched is None)
    InboxChange.objects.create(
        user_id=change.user, revision=change.cursor, action=action, ids=change.ids, all=change.all
    )
    inbox_changed.send(Inbox, change=change)
