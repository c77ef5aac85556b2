"""What just happened, announced to every process that may have somebody's page open."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from channels_app.live import bus
from notifcenter.inbox import presses
from notifcenter.inbox.pages import NotificationContent
from notifcenter.inbox.presses import Press, Presses
from notifcenter.inbox.records import Change
from notifcenter.models import Notification, Provider
from notifcenter.publishing.placement import Stored

TIMES = ("changed_at", "renewed_at", "expires_at")


def new_items(stored: Sequence[Stored]) -> None:
    """New items: each notification once, with its place in every recipient's centre."""
    for entry in stored:
        to = [[place.user, place.position, place.unread, place.silent] for place in entry.items]
        bus.send({"type": "notification", "notification": as_values(entry.notification), "to": to})


def change(made: Change) -> None:
    """Items read, unread or deleted."""
    values = {"user": made.user, "cursor": made.cursor, "unread": made.unread}
    bus.send({"type": "change", **values, "action": made.action, "ids": made.ids, "all": made.all})


def catch_up(cursors: Sequence[tuple[int, int]]) -> None:
    """These people's inboxes, [(user, cursor)], have changes that their open pages are to fetch."""
    if cursors:
        bus.send({"type": "catch_up", "to": [list(pair) for pair in cursors]})


def frame(content: dict[str, Any], users: Iterable[int] | None = None) -> None:
    """A frame without a cursor (a popup, a release) to these people's open pages; None: to everybody's."""
    bus.send({"type": "frame", "frame": content, "to": None if users is None else list(users)})


def as_values(notification: Notification) -> dict[str, Any]:
    """A notification as JSON values, its provider included."""
    source = notification.provider
    return {
        "id": str(notification.id),
        "kind": notification.kind,
        "header": notification.header,
        "text": notification.text,
        "details": notification.details,
        "request_id": notification.request_id,
        "created_at": notification.created_at.timestamp(),
        "repeats": notification.repeats,
        "times": {name: at.timestamp() for name in TIMES if (at := getattr(notification, name))},
        "provider": {"code": source.code, "name": source.name, "icon": source.icon},
        "presses": _presses(notification),
    }


def from_values(values: dict[str, Any]) -> NotificationContent:
    """The notification of ``as_values``, ready to be rendered."""
    created_at = datetime.fromtimestamp(values["created_at"], UTC)
    times: dict[str, Any] = {name: datetime.fromtimestamp(at, UTC) for name, at in values.get("times", {}).items()}
    content = (values["kind"], values["header"], values["text"], values["details"])
    source, repeats = _provider(**values["provider"]), values.get("repeats")
    return NotificationContent(UUID(values["id"]), *content, created_at, source, repeats, **times)


def presses_from_values(values: dict[str, Any]) -> Presses:
    """The presses of ``as_values``."""
    listed = values.get("presses", {})
    return {
        action: [Press(user, name, datetime.fromtimestamp(at, UTC)) for user, name, at in made]
        for action, made in listed.items()
    }


def _presses(notification: Notification) -> dict[str, list[tuple[int | None, str, float]]]:
    """Those of exclusive actions, the same for everybody: an existing notification may reach one more person."""
    made = presses.of_all([notification]).get(notification.pk, {})
    exclusive = [action["id"] for action in notification.details.get("actions", ()) if action["exclusive"]]
    return {
        name: [(one.user, one.name, one.at.timestamp()) for one in made[name][:1]] for name in exclusive if name in made
    }


@lru_cache(maxsize=1000)
def _provider(code: str, name: str, icon: str) -> Provider:
    return Provider(code=code, name=name, icon=icon)
