"""The frames of the live socket, as the contract words them."""

import json
from typing import Any

from notifcenter import payload
from notifcenter.models import Inbox, InboxChange, InboxItem, Notification

Frame = dict[str, Any]


def encode(frame: Frame) -> str:
    """A frame as text."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


def notification(cursor: int, unread: int, data: dict[str, Any]) -> Frame:
    """Something new."""
    return {"type": "notification", "cursor": cursor, "unread": unread, "data": data}


def notification_text(cursor: int, unread: int, data: str) -> str:
    """The same as text, around data that is text already: a broadcast encodes it once."""
    return f'{{"type":"notification","cursor":{cursor},"unread":{unread},"data":{data}}}'


def change(cursor: int, unread: int, action: str, ids: list[str], whole: bool) -> Frame:
    """Items read, unread or deleted; where all of them are deleted, the page is told to reload its list."""
    if action != InboxChange.Action.DELETED:
        read = action == InboxChange.Action.READ
        return {"type": "read", "cursor": cursor, "ids": ids, "all": whole, "read": read, "unread": unread}
    if whole:
        return {"type": "reset", "cursor": cursor, "unread": unread}
    return {"type": "deleted", "cursor": cursor, "ids": ids, "unread": unread}


def standing(kind: str, head: Inbox) -> Frame:
    """``head`` or ``reset``: where the centre stands."""
    return {"type": kind, "cursor": head.revision, "unread": head.unread}


def of_entry(entry: InboxItem | InboxChange, unread: int, reader: payload.Reader) -> Frame:
    """The frame of something missed, with the count as it is now."""
    if isinstance(entry, InboxChange):
        return change(entry.revision, unread, entry.action, entry.ids, entry.all)
    return notification(entry.position, unread, rendered(entry.notification, reader, entry))


def rendered(shown: Notification, reader: payload.Reader, item: InboxItem) -> dict[str, Any]:
    """The payload of an item as its reader sees it now."""
    return payload.render(shown, reader, read_at=item.read_at, silent=item.silent)
