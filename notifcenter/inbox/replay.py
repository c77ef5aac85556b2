"""Replay: what came into an inbox after a cursor, for a page that was away."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from notifcenter.database import prepared
from notifcenter.models import Inbox, InboxChange, InboxItem

COUNTERS = "SELECT revision, unread FROM notifcenter_inbox WHERE user_id = %s"

Entry = InboxItem | InboxChange


@dataclass(frozen=True)
class Missed:
    """The items and changes a page has not seen, by ascending cursor, up to the latest revision of the inbox."""

    latest: Inbox
    entries: list[Entry]
    too_many: bool = False


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
    by_user = _entries(wanted)
    return [
        Missed(inbox, [], too_many=True)
        if _too_many(inbox, cursor, limit)
        else Missed(inbox, _between(by_user.get(inbox.user_id, []), cursor, inbox.revision))
        for inbox, (_user, cursor) in zip(latest, cursors, strict=True)
    ]


def cursor_of(entry: Entry) -> int:
    """The cursor that an entry raises the inbox to."""
    return entry.position if isinstance(entry, InboxItem) else entry.revision


def _too_many(inbox: Inbox, cursor: int, limit: int) -> bool:
    """Also where the inbox never had this cursor."""
    return not 0 <= cursor <= inbox.revision or inbox.revision - cursor > limit


def _entries(wanted: Sequence[tuple[Inbox, int]]) -> dict[int, list[Entry]]:
    """By user, the items and changes after these cursors."""
    by_user: dict[int, list[Entry]] = {}
    if wanted:
        items = _present_items().filter(_after("position", wanted))
        entries: list[Entry] = [*items, *InboxChange.objects.filter(_after("revision", wanted))]
        for entry in entries:
            by_user.setdefault(entry.user_id, []).append(entry)
    return by_user


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


def _between(entries: Sequence[Entry], cursor: int, latest: int) -> list[Entry]:
    return sorted((entry for entry in entries if cursor < cursor_of(entry) <= latest), key=cursor_of)
