"""Pages of somebody's inbox, read by one statement that is given to the driver as it is.

Its CROSS JOINs hold SQLite to reading the items first, in their order, whatever it knows of the tables.
Composing it with Django and making its objects took as long as encoding the page as JSON and finding its rows together.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db import connection

from notifcenter.database import prepared
from notifcenter.database.raw_values import as_moment, as_uuid
from notifcenter.inbox.filter import Filter
from notifcenter.models import Provider

CONTENT = """
    SELECT item.position, item.read_at, item.silent, item.done_at, item.pinned_at, item.snoozed_until,
        notification.id, notification.kind, notification.header, notification.text, notification.details,
        notification.created_at, notification.repeats, notification.changed_at, notification.renewed_at,
        notification.expires_at, notification.provider_id, provider.code, provider.name, provider.icon"""

PAGE = (
    CONTENT
    + """
    FROM notifcenter_inboxitem item
    CROSS JOIN notifcenter_notification notification
    CROSS JOIN notifcenter_provider provider
    WHERE notification.id = item.notification_id AND provider.id = notification.provider_id
        AND item.user_id = %s AND item.deleted_at IS NULL{filters}
    ORDER BY item.position{order} LIMIT %s"""
)

SCAN = (
    """
    WITH matching AS MATERIALIZED (
        SELECT item.user_id, item.notification_id, item.position FROM notifcenter_inboxitem item{index}
        WHERE item.user_id = %s AND item.deleted_at IS NULL{filters}
        ORDER BY item.position{order} LIMIT %s
    )"""
    + CONTENT
    + """
    FROM matching
    CROSS JOIN notifcenter_inboxitem item
    CROSS JOIN notifcenter_notification notification
    CROSS JOIN notifcenter_provider provider
    WHERE item.notification_id = matching.notification_id AND item.user_id = matching.user_id
        AND notification.id = item.notification_id AND provider.id = notification.provider_id
    ORDER BY matching.position{order}"""
)
"""First what matches, read from one index alone; then what is shown of it."""

COUNTS = """
    SELECT item.kind, provider.code, item.category, item.number
    FROM (
        SELECT item.kind, item.provider_id, item.category, count(*) AS number
        FROM notifcenter_inboxitem item{index}{join}
        WHERE item.user_id = %s AND item.deleted_at IS NULL{filters}
        GROUP BY item.kind, item.provider_id, item.category
    ) item JOIN notifcenter_provider provider ON provider.id = item.provider_id"""

IDS = """
    SELECT item.id FROM notifcenter_inboxitem item{join}
    WHERE item.user_id = %s AND item.deleted_at IS NULL{filters}"""

PINNED = 2**62
"""Added to the position of what is pinned, which is on top of every page."""


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
    done_at: datetime | None
    pinned_at: datetime | None
    snoozed_until: datetime | None
    notification: NotificationContent

    @property
    def place(self) -> int:
        """What orders a page, the highest first."""
        return self.position + (PINNED if self.pinned_at else 0)


@dataclass(frozen=True)
class Centre:
    """The items of the inbox of ``user`` that match a filter."""

    user: int
    filter: Filter = Filter()
    key: ClassVar[str] = "place"

    def page(self, *, mark: int | None = None, descending: bool = True, limit: int) -> list[Item]:
        """The first items beyond the place ``mark`` (None: from the start), the highest first where ``descending``."""
        items: list[Item] = []
        for pinned in (True, False) if descending else (False, True):
            if len(items) < limit and _reaches(mark, pinned=pinned, descending=descending):
                position = mark - PINNED * pinned if mark is not None and (mark > PINNED) == pinned else None
                items += self._read(position, pinned=pinned, descending=descending, limit=limit - len(items))
        return items

    def _read(self, mark: int | None, *, pinned: bool, descending: bool, limit: int) -> Iterator[Item]:
        filters, values = self.filter.sql()
        filters += f" AND item.pinned_at IS {'NOT NULL' if pinned else 'NULL'}"
        if mark is not None:
            filters, values = filters + f" AND item.position {'<' if descending else '>'} %s", [*values, mark]
        statement = (SCAN if self.filter.scans and not pinned else PAGE).format(
            filters=filters, order=" DESC" if descending else "", index=_index()
        )
        return _items(prepared.rows(statement, [self.user, *values, limit], replan=True))

    def counts(self) -> dict[str, Any]:
        """How many items there are, also ``by`` kind, provider and category: {its code: number}."""
        by: dict[str, dict[str, int]] = {"kind": {}, "provider": {}, "category": {}}
        total = 0
        for *codes, number in self._all(COUNTS):
            total += number
            for counts, code in zip(by.values(), codes, strict=True):
                if code:
                    counts[code] = counts.get(code, 0) + number
        return {"total": total, "by": by}

    def ids(self) -> list[int]:
        """The ids of all items."""
        return [pk for (pk,) in self._all(IDS)]

    def _all(self, statement: str) -> Iterator[Any]:
        for join, (filters, values) in self.filter.parts():
            part = statement.format(index=_index(), join=join, filters=filters)
            yield from prepared.rows(part, [self.user, *values], replan=True)


def _reaches(mark: int | None, *, pinned: bool, descending: bool) -> bool:
    """Whether there may be something beyond the mark among what is pinned, or what is not."""
    return mark is None or (mark > PINNED) == pinned or pinned != descending


def _index() -> str:
    """SQLite judges an index by its statistics, which know nothing of how far the rows lie apart."""
    return " INDEXED BY item_searched" if connection.vendor == "sqlite" else ""


def _items(rows: list[Any]) -> Iterator[Item]:
    providers: dict[int, Provider] = {}
    for position, read_at, silent, done_at, pinned_at, snoozed_until, pk, kind, header, text, details, *columns in rows:
        created_at, repeats, changed_at, renewed_at, expires_at, provider, code, name, icon = columns
        if provider not in providers:
            providers[provider] = Provider(id=provider, code=code, name=name, icon=icon)
        times = _moment(changed_at), _moment(renewed_at), _moment(expires_at)
        words = kind, header, text, json.loads(details)
        content = NotificationContent(as_uuid(pk), *words, as_moment(created_at), providers[provider], repeats, *times)
        states = _moment(done_at), _moment(pinned_at), _moment(snoozed_until)
        yield Item(position, _moment(read_at), silent, *states, content)


def _moment(value: datetime | None) -> datetime | None:
    return value and as_moment(value)
