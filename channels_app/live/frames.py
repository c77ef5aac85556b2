"""The frames of the live socket, as the contract words them."""

import json
from typing import Any

from channels_app.live.page_status import Status
from notifcenter import payload, readable
from notifcenter.inbox.records import Change
from notifcenter.inbox.replay import SHOWN_MAX, Entry
from notifcenter.models import Inbox, InboxChange, InboxItem, Notification

Frame = dict[str, Any]
PAGE_FRAME_MAX = 200


def encode(frame: Frame) -> str:
    """A frame as text."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


def notification(cursor: int, unread: int, data: dict[str, Any]) -> Frame:
    """A new item; ``data`` is its payload."""
    return {"type": "notification", "cursor": cursor, "unread": unread, "data": data}


def notification_text(cursor: int, unread: int, data: str) -> str:
    """The same as text, around data that is text already: a broadcast encodes it once."""
    return f'{{"type":"notification","cursor":{cursor},"unread":{unread},"data":{data}}}'


def change(made: Change) -> Frame:
    """Items read, unread or deleted, by id or all of them; of others that are too many the page reloads its list."""
    head = {"cursor": made.cursor, "unread": made.unread}
    if len(made.ids) > SHOWN_MAX:
        return {"type": "reset"} | head
    if made.action != InboxChange.Action.DELETED:
        read = made.action == InboxChange.Action.READ
        return {"type": "read", "ids": made.ids, "all": made.all, "read": read} | head
    return {"type": "deleted", "ids": made.ids} | ({"all": True} if made.all else {}) | head


def page_status(text: str) -> tuple[Status, bool] | None:
    """What a page says of its person by a frame: the status, and whether it is on; None where it says nothing such."""
    if len(text) > PAGE_FRAME_MAX:
        return None
    try:
        frame = json.loads(text)
        return Status(frame["type"]), frame["on"] is True
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def latest(kind: str, inbox: Inbox) -> Frame:
    """``head`` or ``reset``: the latest cursor and count."""
    return {"type": kind, "cursor": inbox.revision, "unread": inbox.unread}


def of_entry(entry: Entry, unread: int, reader: readable.PageReader) -> Frame:
    """The frame of something missed, with the count as it is now."""
    if entry.item is not None:
        return notification(entry.cursor, unread, rendered(entry.item.notification, reader, entry.item))
    row: Any = entry.change
    if row.action == InboxChange.Action.CHANGED:
        return changed(entry, unread, reader)
    return change(Change(row.user_id, row.revision, unread, row.action, row.ids, row.all))


def changed(entry: Entry, unread: int, reader: readable.PageReader) -> Frame:
    """Items whose content or place is another; where they are too many the page has to reload its list."""
    head = {"cursor": entry.cursor, "unread": unread}
    if entry.items is None or entry.change is None:
        return {"type": "reset"} | head
    items = [rendered(item.notification, reader, item) for item in entry.items]
    present = {item["id"] for item in items}
    alert = [pk for pk in entry.change.alert or () if pk in present]
    return {"type": "changed", **head, "items": items, "alert": alert}


def rendered(shown: Notification, reader: readable.PageReader, item: InboxItem) -> dict[str, Any]:
    """The payload of an item as its reader sees it now."""
    return readable.render(shown, reader, read_at=item.read_at, silent=item.silent) | payload.states(item)
