"""Replay: what came into an inbox after a cursor, for a page that was away."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet

from notifcenter.database import prepared
from notifcenter.models import Inbox, InboxChange, InboxItem

COUNTERS = "SELECT revision, unread FROM notifcenter_inbox WHERE user_id = %s"
CHANGED = InboxChange.Action.CHANGED
SHOWN_MAX = 50
"""A change of more items is not shown one by one: the page reloads its list."""


@dataclass(frozen=True)
class Entry:
    """What one cursor brought: an ``item`` that arrived, or a ``change``, with the ``items`` that it changed and are
    still there (None: more than ``SHOWN_MAX``)."""

    cursor: int
    item: InboxItem | None = None
    change: InboxChange | None = None
    items: Sequence[InboxItem] | None = ()


@dataclass(frozen=True)
class Missed:
    """The entries a page has not seen, by ascending cursor, up to the latest revision of the inbox."""

    latest: Inbox
    entries: list[Entry]
    too_many: bool = False


@dataclass
class _Rows:
    """The rows of one inbox after a cursor, and those items that its changes name."""

    changes: list[InboxChange] = field(default_factory=list)
    items: dict[UUID, InboxItem] = field(default_factory=dict)


def latest_revision(user: int) -> Inbox:
    """The counters of somebody's inbox; an unsaved row at zero if nothing ever came."""
    for revision, unread in prepared.rows(COUNTERS, [user]):
        return Inbox(user_id=user, revision=revision, unread=unread)
    return Inbox(user_id=user)


def latest_revisions(users: Sequence[int]) -> dict[int, Inbox]:
    """The counters of many inboxes by user; people to whom nothing ever came are absent."""
    return Inbox.objects.in_bulk(users)


def since(cursors: Sequence[tuple[int, int]], limit: int) -> list[Missed]:
    """What came after each ``(user, cursor)``, without deleted items; ``too_many``: more than ``limit`` were missed."""
    inboxes = latest_revisions([user for user, _cursor in cursors])
    latest = [inboxes.get(user) or Inbox(user_id=user) for user, _cursor in cursors]
    wanted = [
        (inbox, cursor)
        for inbox, (_user, cursor) in zip(latest, cursors, strict=True)
        if not _too_many(inbox, cursor, limit) and cursor < inbox.revision
    ]
    by_user = _rows_after(wanted)
    return [
        Missed(inbox, [], too_many=True)
        if _too_many(inbox, cursor, limit)
        else Missed(inbox, _between(by_user.get(inbox.user_id, _Rows()), cursor, inbox.revision))
        for inbox, (_user, cursor) in zip(latest, cursors, strict=True)
    ]


def _too_many(inbox: Inbox, cursor: int, limit: int) -> bool:
    """Also where the inbox never had this cursor."""
    return not 0 <= cursor <= inbox.revision or inbox.revision - cursor > limit


def _rows_after(wanted: Sequence[tuple[Inbox, int]]) -> dict[int, _Rows]:
    """By user, the items and changes after these cursors, and the items that changed."""
    by_user: dict[int, _Rows] = {}
    if wanted:
        for change in InboxChange.objects.filter(_after("revision", wanted)):
            by_user.setdefault(change.user_id, _Rows()).changes.append(change)
        named = [Q(user_id=user, notification__in=ids) for user, rows in by_user.items() if (ids := _shown_ids(rows))]
        for item in _present_items().filter(reduce(or_, named, _after("position", wanted))):
            by_user.setdefault(item.user_id, _Rows()).items[item.notification_id] = item
    return by_user


def _shown_ids(rows: _Rows) -> set[UUID]:
    """Of the items that changed and are to be shown."""
    return {UUID(pk) for change in rows.changes if _is_shown(change) for pk in change.ids}


def _is_shown(change: InboxChange) -> bool:
    return change.action == CHANGED and len(change.ids) <= SHOWN_MAX


def _present_items() -> QuerySet[InboxItem]:
    """With their content; providers, which are few, are fetched once each and not with every row."""
    items = InboxItem.objects.filter(deleted_at=None)
    return items.select_related("notification").prefetch_related("notification__provider")


def _after(column: str, wanted: Sequence[tuple[Inbox, int]]) -> Q:
    conditions = (
        Q(user_id=inbox.user_id, **{f"{column}__gt": cursor, f"{column}__lte": inbox.revision})
        for inbox, cursor in wanted
    )
    return reduce(or_, conditions)


def _between(rows: _Rows, cursor: int, latest: int) -> list[Entry]:
    entries = [*_arrivals(rows), *_changes(rows)]
    return sorted((entry for entry in entries if cursor < entry.cursor <= latest), key=lambda entry: entry.cursor)


def _arrivals(rows: _Rows) -> Iterator[Entry]:
    """Items at the cursor they came with, though they may have been renewed since."""
    previous: Mapping[tuple[str, int], int] = dict(_moves(rows.changes))
    for pk, item in rows.items.items():
        position = item.position
        while (str(pk), position) in previous:
            position = previous[str(pk), position]
        yield Entry(position, item=item)


def _moves(changes: Iterable[InboxChange]) -> Iterator[tuple[tuple[str, int], int]]:
    """((id, the position that a change gave an item), the one it had before)."""
    for change in changes:
        yield from (((pk, change.revision), before) for pk, before in (change.previous_positions or {}).items())


def _changes(rows: _Rows) -> Iterator[Entry]:
    """Without those whose items are all gone by now."""
    for change in rows.changes:
        if not _is_shown(change):
            yield Entry(change.revision, change=change, items=None if change.action == CHANGED else ())
        elif items := [rows.items[UUID(pk)] for pk in change.ids if UUID(pk) in rows.items]:
            yield Entry(change.revision, change=change, items=items)
