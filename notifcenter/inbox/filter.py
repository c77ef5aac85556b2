"""Filters of an inbox: one value, and its one SQL for both databases."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from notifcenter.database.prepared import moment
from notifcenter.inbox import search
from notifcenter.models import Kind

Condition = tuple[str, list[Any]]
"""SQL with placeholders, and their values."""


class ItemState(StrEnum):
    """Which items, by what their person did with them. OPEN: neither done nor snoozed."""

    OPEN = "open"
    DONE = "done"
    SNOOZED = "snoozed"
    PINNED = "pinned"
    ALL = "all"


STATES = {
    ItemState.OPEN: "item.done_at IS NULL AND item.snoozed_until IS NULL",
    ItemState.DONE: "item.done_at IS NOT NULL",
    ItemState.SNOOZED: "item.snoozed_until IS NOT NULL",
    ItemState.PINNED: "item.pinned_at IS NOT NULL",
}
COPIED, OWN = "item.search", "searched.search"
"""The text on the item, and the notification's where there is none."""
EITHER = f"""CASE WHEN {COPIED} IS NOT NULL THEN {{copied}} ELSE COALESCE((
    SELECT {{own}} FROM notifcenter_notification searched WHERE searched.id = item.notification_id), false) END"""
JOINED = " JOIN notifcenter_notification searched ON searched.id = item.notification_id"


@dataclass(frozen=True)
class Search:
    """A query, and what depends on the reader: the titles of the kinds, the names of the providers by id."""

    query: search.Query
    titles: Mapping[str, str]
    providers: Mapping[int, str]

    def condition(self, column: str) -> Condition:
        """All words and numbers, in that column."""
        conditions = [*map(self._has_word, self.query.words), *map(self._has_number, self.query.numbers)]
        sql = " AND ".join(sql for sql, _values in conditions)
        return sql.replace("{search}", column), _values_of(conditions)

    def in_either(self) -> Condition:
        """The same in whichever column an item has its text."""
        (copied, values), (own, _values) = self.condition(COPIED), self.condition(OWN)
        return EITHER.format(copied=copied, own=own), values * 2

    def _has_word(self, begin: str) -> Condition:
        kinds = [kind for kind, title in self.titles.items() if search.has_word(title, begin)]
        providers = [pk for pk, name in self.providers.items() if search.has_word(name, begin)]
        patterns = [f"% {begin}%", *(f"%|{kind}%" for kind in kinds)]
        return _any_of([*map(_like, patterns), *_one_of("provider_id", providers)])

    def _has_number(self, variants: tuple[str, ...]) -> Condition:
        """Also in the name of a provider that is the title of its messages."""
        providers = [pk for pk, name in self.providers.items() if search.has_number(name, variants)]
        conditions = [_like(f"%{search.encoded(digits)}%") for digits in variants]
        for sql, values in _one_of("provider_id", providers):
            conditions.append((f"({sql} AND {{search}} LIKE %s)", [*values, f"%|{Kind.MESSAGE}%"]))
        return _any_of(conditions)


@dataclass(frozen=True)
class Filter:
    """Which items of an inbox; None and empty: any. Published ``since`` (inclusive) and ``until`` (exclusive)."""

    state: ItemState = ItemState.OPEN
    unread: bool = False
    kinds: tuple[str, ...] = ()
    provider: int | None = None
    category: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    missed: bool = False
    search: Search | None = None

    @property
    def scans(self) -> bool:
        """Whether it is by what has no order of its own, so that many items may have to be read to find one."""
        return bool(self.kinds or self.category is not None or self.since or self.until or self.missed or self.search)

    def sql(self) -> Condition:
        """What follows the condition on the user, as " AND …"; the table is named ``item``."""
        return _joined([*self._conditions(), *([self.search.in_either()] if self.search else ())])

    def parts(self) -> list[tuple[str, Condition]]:
        """The same in parts that no item is in two of, [(join, condition)]; for what reads all that matches.

        Of the whole PostgreSQL believes that it looks up a notification for each item, and plans for that.
        """
        if self.search is None:
            return [("", self.sql())]
        copied = [(f"{COPIED} IS NOT NULL", []), self.search.condition(COPIED)]
        own = [(f"{COPIED} IS NULL", []), self.search.condition(OWN)]
        return [("", _joined([*self._conditions(), *copied])), (JOINED, _joined([*self._conditions(), *own]))]

    def _conditions(self) -> Iterator[Condition]:
        if self.state in STATES:
            yield STATES[self.state], []
        if self.unread:
            yield "item.read_at IS NULL", []
        yield from _one_of("kind", list(self.kinds))
        yield from _compared("provider_id =", self.provider)
        yield from _compared("category =", self.category)
        yield from _compared("published_at >=", moment(self.since))
        yield from _compared("published_at <", moment(self.until))
        if self.missed:
            yield "item.missed", []


def _joined(conditions: list[Condition]) -> Condition:
    return "".join(f" AND {sql}" for sql, _values in conditions), _values_of(conditions)


def _like(pattern: str) -> Condition:
    """Words have none of LIKE's own characters."""
    return "{search} LIKE %s", [pattern]


def _one_of(column: str, values: list[Any]) -> Iterator[Condition]:
    """Nothing where there are no values."""
    if values:
        yield f"item.{column} IN ({', '.join(['%s'] * len(values))})", values


def _compared(column: str, value: object) -> Iterator[Condition]:
    """Nothing without a value."""
    if value is not None:
        yield f"item.{column} %s", [value]


def _any_of(conditions: list[Condition]) -> Condition:
    return f"({' OR '.join(sql for sql, _values in conditions)})", _values_of(conditions)


def _values_of(conditions: list[Condition]) -> list[Any]:
    return [value for _sql, values in conditions for value in values]
