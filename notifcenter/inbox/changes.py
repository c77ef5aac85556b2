"""Changes of an inbox: read, unread, remove. Each takes one revision, whatever number of items it changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from notifcenter.inbox.item_changes import locked
from notifcenter.models import Inbox, InboxChange, InboxItem
from notifcenter.signals import inbox_changed

Action = InboxChange.Action


@dataclass(frozen=True)
class Change:
    """A change of an inbox, as its live frame tells it. ``ids`` is empty where ``all`` is true."""

    user: int
    cursor: int
    unread: int
    action: str
    ids: list[str]
    all: bool


@dataclass(frozen=True)
class _Selection:
    """Items of one inbox: those of ``ids`` (None: all), up to the position ``up_to`` (None: no end)."""

    user: int
    ids: Sequence[UUID] | None = None
    up_to: int | None = None

    def items(self) -> QuerySet[InboxItem]:
        """Those that are not removed."""
        items = InboxItem.objects.filter(user_id=self.user, deleted_at=None)
        if self.ids is not None:
            items = items.filter(notification_id__in=self.ids)
        return items if self.up_to is None else items.filter(position__lte=self.up_to)


def has(user: int, pk: UUID) -> bool:
    """Whether this notification is in somebody's inbox."""
    return _Selection(user, [pk]).items().exists()


def mark(user: int, ids: Sequence[UUID], *, read: bool, now: datetime) -> int:
    """Mark items read or unread; gives the unread count. Items of other people or marked so already are ignored."""
    return _change(_Selection(user, ids), _marking(read=read), now=now)


def mark_all(user: int, *, read: bool, up_to: int | None, now: datetime) -> int:
    """Mark all items that came up to that cursor (None: all); gives the unread count."""
    return _change(_Selection(user, up_to=up_to), _marking(read=read), now=now)


def remove(user: int, ids: Sequence[UUID], *, now: datetime) -> int:
    """Remove items from the inbox; gives how many of them were there."""
    selection = _Selection(user, ids)
    present = selection.items().count()
    _change(selection, Action.DELETED, now=now)
    return present


def remove_all(user: int, *, now: datetime) -> None:
    """Remove everything from the inbox."""
    _change(_Selection(user), Action.DELETED, now=now)


def _marking(*, read: bool) -> Action:
    return Action.READ if read else Action.UNREAD


def _change(selection: _Selection, action: Action, *, now: datetime) -> int:
    with transaction.atomic():
        inbox = locked([selection.user]).get(selection.user)
        if inbox is None:
            return 0
        items = _to_change(selection, action)
        ids = None if selection.ids is None else [str(pk) for pk in items.values_list("notification_id", flat=True)]
        unread = items.filter(read_at=None).count() if action == Action.DELETED else 0
        changed = items.update(**_new_values(action, now))
        if changed:
            inbox.unread += {Action.READ: -changed, Action.UNREAD: changed, Action.DELETED: -unread}[action]
            _record(inbox, action, ids)
        return inbox.unread


def _to_change(selection: _Selection, action: Action) -> QuerySet[InboxItem]:
    if action == Action.DELETED:
        return selection.items()
    return selection.items().filter(read_at__isnull=action == Action.READ)


def _new_values(action: Action, now: datetime) -> dict[str, Any]:
    if action == Action.DELETED:
        return {"deleted_at": now}
    return {"read_at": now if action == Action.READ else None}


def _record(inbox: Inbox, action: Action, ids: list[str] | None) -> None:
    inbox.revision += 1
    inbox.save(update_fields=["unread", "revision"])
    change = Change(inbox.user_id, inbox.revision, inbox.unread, action, ids or [], ids is None)
    InboxChange.objects.create(
        user_id=change.user, revision=change.cursor, action=action, ids=change.ids, all=change.all
    )
    inbox_changed.send(Inbox, change=change)
