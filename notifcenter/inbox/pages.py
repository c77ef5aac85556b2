"""Pages of somebody's centre, read by one statement that goes to the driver as it is.

Composing it with Django and making its objects took as long as writing the page's JSON and finding its rows together.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from notifcenter.database import prepared
from notifcenter.models import Provider

PAGE = """
    SELECT item.position, item.read_at, item.silent,
        said.id, said.kind, said.header, said.text, said.details, said.created_at, said.provider_id,
        provider.code, provider.name, provider.icon
    FROM notifcenter_inboxitem item
    JOIN notifcenter_notification said ON said.id = item.notification_id
    JOIN notifcenter_provider provider ON provider.id = said.provider_id
    WHERE item.user_id = %s AND item.deleted_at IS NULL{filters}
    ORDER BY item.position{order} LIMIT %s"""


@dataclass(slots=True)
class NotificationContent:
    """What ``payload.render`` needs of a notification."""

    id: UUID
    kind: str
    header: str
    text: str
    details: dict[str, Any]
    created_at: datetime
    provider: Provider


@dataclass(slots=True)
class Item:
    """One line of a centre."""

    position: int
    read_at: datetime | None
    silent: bool
    notification: NotificationContent


@dataclass(frozen=True)
class Centre:
    """Somebody's centre: all of it, or what is ``unread``, or came from one ``provider`` (its id)."""

    user: int
    unread: bool = False
    provider: int | None = None
    key: ClassVar[str] = "position"

    def page(self, *, mark: int | None = None, descending: bool = True, limit: int) -> list[Item]:
        """Its first items, or the next beyond the position ``mark``, newest first where ``descending``."""
        filters, values = " AND item.read_at IS NULL" if self.unread else "", [self.user]
        if self.provider is not None:
            filters, values = filters + " AND item.provider_id = %s", [*values, self.provider]
        if mark is not None:
            filters, values = filters + f" AND item.position {'<' if descending else '>'} %s", [*values, mark]
        asked = PAGE.format(filters=filters, order=" DESC" if descending else "")
        return list(_items(prepared.rows(asked, [*values, limit], anew=True)))


def _items(found: list[Any]) -> Iterator[Item]:
    providers: dict[int, Provider] = {}
    for position, read_at, silent, pk, kind, header, text, details, created_at, provider, *source in found:
        if provider not in providers:
            code, name, icon = source
            providers[provider] = Provider(id=provider, code=code, name=name, icon=icon)
        published = _moment(created_at)
        said = NotificationContent(_uuid(pk), kind, header, text, json.loads(details), published, providers[provider])
        yield Item(position, _moment(read_at) if read_at else None, silent, said)


def _moment(value: datetime) -> datetime:
    """SQLite keeps it without its zone, which is UTC."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _uuid(value: Any) -> UUID:
    """SQLite keeps it as text."""
    return value if isinstance(value, UUID) else UUID(value)
