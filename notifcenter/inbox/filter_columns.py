"""The columns of inbox items by which they are filtered and searched.

They follow the notification, so that one person's items are read and nobody else's rows. A text that is long, or that
very many have, is not copied onto each item: a search reads it from the notification.
"""

from typing import Any

from notifcenter.inbox import search
from notifcenter.models import CallState, Notification

COPIED_BYTES_MAX = 1000
"""An entry of an index of PostgreSQL has room for 2,700 bytes."""
COPIES_MAX = 100


def of_items(notification: Notification, items: int) -> dict[str, Any]:
    """The columns of that many items of a notification."""
    details = notification.details
    return {
        "kind": notification.kind,
        "category": details.get("category") or "",
        "published_at": notification.created_at,
        "missed": (details.get("call") or {}).get("state") == CallState.MISSED,
        "search": _copied(notification, items),
    }


def _copied(notification: Notification, items: int) -> str | None:
    text = notification.search or search.searched(notification)
    is_alone = notification.search is None or items <= COPIES_MAX
    return text if is_alone and len(text.encode()) <= COPIED_BYTES_MAX else None
