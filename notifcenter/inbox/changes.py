"""Changes of an inbox by its person. Each takes one revision, whatever number of items it changes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from notifcenter.inbox import undo
from notifcenter.inbox.filter import Filter, ItemState
from notifcenter.inbox.item_changes import locked
from notifcenter.inbox.pages import Centre
from notifcenter.inbox.records import record
from notifcenter.inbox.verbs import DELETE, SNOOZE, Verb
from notifcenter.models import CALL_END, COUNTED, InboxItem
from notifcenter.signals import falls_due


@dataclass(frozen=True)
class Selection:
    """Items of one inbox: those of ``ids``, or all that match a filter and came up to the position ``up_to``.

    Without a filter all that the verb is for; the state of a filter is that of the verb unless ``has_state``.
    """

    user: int
    ids: Sequence[UUID] | None = None
    filter: Filter | None = None
    has_state: bool = False
    up_to: int | None = None

    def items(self, verb: Verb) -> QuerySet[InboxItem]:
        """Those of them that the verb changes."""
        items = InboxItem.objects.filter(verb.changeable, user_id=self.user, deleted_at=None)
        if self.ids is not None:
            return items.filter(notification__any_of=list(self.ids))
        chosen = self.filter or Filter()
        matching = chosen if self.has_state else replace(chosen, state=verb.state)
        items = items.filter(pk__any_of=Centre(self.user, matching).ids())
        return items if self.up_to is None else items.filter(position__lte=self.up_to)

    def is_all(self, verb: Verb) -> bool:
        """Whether no item is left that the verb is for."""
        if self.ids is not None or self.filter is not None:
            return False
        return self.up_to is None or not replace(self, up_to=None).items(verb).filter(position__gt=self.up_to).exists()


@dataclass(frozen=True)
class Applied:
    """What a call came to: the number of unread items now, how many it changed, and by what that is undone."""

    unread: int
    changed: int
    undo: UUID | None = None


def everything(user: int) -> Selection:
    """All that is in somebody's inbox, whatever its state."""
    return Selection(user, filter=Filter(state=ItemState.ALL), has_state=True)


def has(user: int, pk: UUID) -> bool:
    """Whether this notification is in somebody's inbox."""
    return Selection(user, [pk]).items(DELETE).exists()


def apply(selection: Selection, verb: Verb, *, now: datetime, until: datetime | None = None) -> Applied:
    """Do it to those of the selection that it changes; what is somebody else's is ignored. ``until``: of a snooze."""
    with transaction.atomic():
        inbox = locked([selection.user]).get(selection.user)
        if inbox is None:
            return Applied(0, 0)
        rows = list(selection.items(verb).order_by("-position").values("pk", "notification", "position", *verb.columns))
        if not rows:
            return Applied(inbox.unread, 0)
        is_all = selection.is_all(verb)
        items = InboxItem.objects.filter(pk__any_of=[row["pk"] for row in rows])
        counted = items.filter(COUNTED).count()
        items.update(**verb.values(now, until))
        inbox.unread += items.filter(COUNTED).count() - counted
        record(inbox, verb.action, [str(row["notification"]) for row in rows], is_all=is_all)
        if verb == SNOOZE and until and until != CALL_END:
            falls_due.send(InboxItem, queue="snoozes", seconds=(until - now).total_seconds())
        return Applied(inbox.unread, len(rows), undo.remember(selection.user, verb, rows, now=now, until=until))
