"""What became of the actions of notifications: who pressed them, for who looks at them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.utils.translation import gettext as _

from notifcenter import usernames
from notifcenter.models import ActionPress


class WithActions(Protocol):
    """A notification, as a row or as the columns read of it."""

    id: UUID
    details: dict[str, Any]


@dataclass(frozen=True)
class Press:
    """Who pressed, by id and name (None: a person who was erased), and when."""

    user: int | None
    name: str
    at: datetime

    def by(self) -> dict[str, Any] | None:
        """As the API shows it."""
        return None if self.user is None else {"id": self.user, "name": self.name}

    def as_done(self) -> dict[str, Any]:
        """The state of an action that was pressed."""
        return {"state": "done", "by": self.by(), "at": int(self.at.timestamp())}


Action = Mapping[str, Any]
"""As it was published: id, title, style, exclusive, closes, and url where it is a link."""
Presses = Mapping[str, list[Press]]
"""By action id, the earliest first."""
OPEN = {"state": "open", "by": None, "at": None}
TAKE = "take"
"""The action of a missed call of an exchange: its title is ours, not the publisher's."""


def of_all(notifications: Iterable[WithActions]) -> dict[UUID, Presses]:
    """The presses of each notification; no query where none has actions."""
    ids = [one.id for one in notifications if one.details.get("actions")]
    by_notification: dict[UUID, dict[str, list[Press]]] = {pk: defaultdict(list) for pk in ids}
    rows = ActionPress.objects.filter(notification__in=ids).select_related("user").order_by("at", "id") if ids else ()
    for row in rows:
        by_notification[row.notification_id][row.action].append(press(row))
    return dict(by_notification)


def press(row: ActionPress) -> Press:
    """A row, with the name of its person."""
    person: Any = row.user
    return Press(row.user_id, usernames.display_name(person) if person else "", row.at)


def counting(action: Action, presses: Presses, reader: int | None) -> Press | None:
    """The press that this reader sees on an action: of an exclusive one the first, else their own."""
    made = presses.get(action["id"], ())
    return next((one for one in made if action["exclusive"] or one.user == reader), None)


def declared(notification: WithActions) -> list[dict[str, Any]]:
    """The actions as they were published, with our own titles in the active language."""
    is_ours = "call" in notification.details
    return [
        action | {"title": _("Call back")} if is_ours and action["id"] == TAKE else action
        for action in notification.details.get("actions", ())
    ]


def shown(notification: WithActions, presses: Presses, reader: int | None) -> list[dict[str, Any]]:
    """The actions with their states, as this reader sees them."""
    return [
        action | (made.as_done() if (made := counting(action, presses, reader)) else OPEN)
        for action in declared(notification)
    ]
