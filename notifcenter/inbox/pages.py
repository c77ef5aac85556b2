"""Pages of somebody's inbox, read by one statement that is given to the driver as it is.

Composing it with Django and making its objects took as long as encoding the page as JSON and finding its rows together.
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
        notification.id, notification.kind, notification.header, notification.text, notification.details,
        notification.created_at, notification.repeats, notification.changed_at, notification.renewed_at,
        notification.expires_at, notification.provider_id, provider.code, provider.name, provider.icon
    FROM notifcenter_inboxitem item
    JOIN notifcenter_notification notification ON notification.id = item.notification_id
    JOIN notifcenter_provider provider ON provider.id = notification.provider_id
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
    repeats: int | None = None
    changed_at: datetime | None = None
    renewed_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(slots=True)
class Item:
    """One line of an inbox."""

    position: int
    read_at: datetime | None
    silent: bool
    notification: NotificationContent


@dataclass(frozen=True)
class Centre:
    """The inbox of ``user``, or its items that are ``unread``, or those of one ``provider`` (its id)."""

    user: int
    unread: bool = False
    provider: int | None = None
    key: ClassVar[str] = "position"

    def page(self, *, mark: int | None = None, descending: bool = True, limit: int) -> list[Item]:
        """The first items beyond the position ``mark`` (None: from the start), newest first where ``descending``."""
        filters, values = " AND item.read_at IS NULL" if self.unread else "", [self.user]
        if self.provider is not None:
            filters, values = filters + " AND item.provider_id = %s", [*values, self.provider]
        if mark is not None:
            filters, values = filters + f" AND item.position {'<' if descending else '>'} %s", [*values, mark]
        statement = PAGE.format(filters=filters, order=" DESC" if descending else "")
        return list(_items(prepared.rows(statement, [*values, limit], replan=True)))


def _items(rows: list[Any]) -> Iterator[Item]:
    providers: dict[int, Provider] = {}
    for position, read_at, silent, pk, kind, header, text, details, *columns in rows:
        created_at, repeats, changed_at, renewed_at, expires_at, provider, code, name, icon = columns
        if provider not in providers:
            providers[provider] = Provider(id=provider, code=code, name=name, icon=icon)
        times = _moment(changed_at), _moment(renewed_at), _moment(expires_at)
        words = kind, header, text, json.loads(details)
        content = NotificationContent(_uuid(pk), *words, _aware(created_at), providers[provider], repeats, *times)
        yield Item(position, _moment(read_at), silent, content)


def _aware(moment: datetime) -> datetime:
    """SQLite keeps moments without their zone, which is UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _moment(value: datetime | None) -> datetime | None:
    return value and _aware(value)


def _uuid(value: Any) -> UUID:
    """SQLite keeps it as text."""
    return value if isinstance(value, UUID) else UUID(value)
