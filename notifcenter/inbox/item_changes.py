"""Changes of one item in each of many inboxes: a revision for each, in four statements however many there are."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from notifcenter.database import json_rows, prepared
from notifcenter.inbox.verbs import done_values
from notifcenter.models import Inbox, InboxChange, InboxItem

Action = InboxChange.Action

COUNTERS = """
    UPDATE notifcenter_inbox SET revision = revision + 1, unread = unread + (value ->> 1){number}
    FROM {rows} WHERE user_id = (value ->> 0){number}"""

RENEWED = """
    UPDATE notifcenter_inboxitem
    SET position = (value ->> 1){number}, silent = (value ->> 2){truth},
        read_at = NULL, deleted_at = NULL, done_at = NULL, snoozed_until = NULL
    FROM {rows} WHERE notifcenter_inboxitem.id = (value ->> 0){number}"""

LOCKED = """
    INSERT INTO notifcenter_inbox (user_id, revision, unread)
    SELECT new::bigint AS user_id, 0, 0 FROM jsonb_array_elements(%s) AS new ORDER BY user_id
    ON CONFLICT (user_id) DO UPDATE SET revision = notifcenter_inbox.revision RETURNING user_id"""


@dataclass(frozen=True)
class ItemChange:
    """An item that changes. ``renewed``: it becomes unread and the newest; ``removed``: it leaves the inbox; with
    neither its content is another. ``read``: it becomes read, or unread and open again (None: it stays as it is);
    ``done``: it is done with. ``alert``: it pops up as if new; ``silent``: as it is to be from now on.
    """

    item: InboxItem
    renewed: bool = False
    removed: bool = False
    read: bool | None = None
    done: bool = False
    alert: bool = False
    silent: bool = False


def lock_or_make(users: Iterable[int]) -> None:
    """Lock these people's inboxes until the commit, by ascending user, also those that are not there yet.

    For a transaction that goes on to lock them in more than one statement.
    """
    if connection.vendor == "postgresql":
        prepared.rows(LOCKED, [json.dumps(sorted(users))])


def locked(users: Iterable[int]) -> dict[int, Inbox]:
    """The inboxes of these people by user, locked until the commit, by ascending user; who has none is absent."""
    inboxes = Inbox.objects.select_for_update().filter(user__any_of=list(users)).order_by("user_id")
    return {inbox.user_id: inbox for inbox in inboxes}


def write(item_changes: Sequence[ItemChange], inboxes: Mapping[int, Inbox], *, now: datetime) -> list[tuple[int, int]]:
    """Write changes of items, at most one in each of these locked inboxes; gives [(user, its new cursor)]."""
    cursors = {change.item.user_id: inboxes[change.item.user_id].revision + 1 for change in item_changes}
    json_rows.execute(COUNTERS, [(change.item.user_id, _unread(change)) for change in item_changes])
    renewed = [change for change in item_changes if change.renewed]
    json_rows.execute(RENEWED, [(change.item.pk, cursors[change.item.user_id], change.silent) for change in renewed])
    removed = [change.item.pk for change in item_changes if change.removed]
    InboxItem.objects.filter(pk__any_of=removed).update(deleted_at=now)
    for read in (True, False):
        if marked := [change.item.pk for change in item_changes if change.read is read]:
            changed = InboxItem.objects.filter(pk__any_of=marked, read_at__isnull=read)
            changed.update(**({"read_at": now} if read else {"read_at": None, "done_at": None}))
    done = [change.item.pk for change in item_changes if change.done]
    InboxItem.objects.filter(pk__any_of=done, done_at=None).update(**done_values(now))
    InboxChange.objects.bulk_create(_row(change, cursors[change.item.user_id]) for change in item_changes)
    return sorted(cursors.items())


def _unread(change: ItemChange) -> int:
    """By how much the number of unread items grows."""
    item = change.item
    is_unread = item.read_at is None if change.read is None else not change.read
    is_away = change.removed or change.done or item.deleted_at is not None or item.snoozed_until is not None
    return (change.renewed or (is_unread and not is_away)) - item.is_counted


def _row(change: ItemChange, cursor: int) -> InboxChange:
    pk = str(change.item.notification_id)
    return InboxChange(
        user_id=change.item.user_id,
        revision=cursor,
        action=Action.DELETED if change.removed else Action.CHANGED,
        ids=[pk],
        alert=[pk] if change.alert else None,
        previous_positions={pk: change.item.position} if change.renewed else None,
    )
