"""The admin's list of deliveries: the rows of the queue and what was settled at publication, as one list."""

import heapq
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from notifcenter import staff
from notifcenter.channel import all_channels
from notifcenter.inbox import settled
from notifcenter.models import Delivery, InboxItem, State

ITEMS_AT_ONCE = 100
ITEMS_MAX = 5000
LAST = 2**62
NARROW = {"user__id__exact", "notification__id__exact"}


class ChannelFilter(admin.SimpleListFilter):
    """By channel, without asking the table which there are."""

    title = _("channel")
    parameter_name = "channel"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[Any]:
        return [(channel.code, channel.label) for channel in all_channels()]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Of inbox items the list itself chooses, by channel and state together."""
        if not self.value() or rows.model is InboxItem:
            return rows
        return rows.filter(channel=self.value())


class StateFilter(admin.SimpleListFilter):
    """By state; names the channels as well, since the index begins with them."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[Any]:
        return list(State.choices)

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Of inbox items the list itself chooses, by channel and state together."""
        if not self.value() or rows.model is InboxItem:
            return rows
        return rows.filter(state=self.value(), channel__in=[channel.code for channel in all_channels()])


class DeliveryChangeList(staff.EndlessChangeList):
    """Newest first, merged of rows and settled deliveries by the time they were planned.

    A mark ``row.settled`` has an id of either kind. Each kind is in the order of its ids, so no page leaves a delivery
    out or shows it twice.
    """

    def page(self, limit: int) -> list[Delivery]:
        """The first deliveries beyond the mark; from the oldest up where the mark is that of a newer page."""
        row, slot = self._bounds()
        rows = self.queryset.filter(pk__gt=row) if self.after else self.queryset.filter(pk__lt=row)
        streams = rows.order_by("pk" if self.after else "-pk")[:limit], self._settled(slot)
        merged = heapq.merge(*streams, key=lambda delivery: delivery.created_at, reverse=not self.after)
        return list(islice(merged, limit))

    def mark(self, page: list[Delivery], *, newer: bool) -> str:
        """The mark of the page that is newer, or older, than this one."""
        ids = [row.pk for row in page if row.pk > 0], [-row.pk for row in page if row.pk < 0]
        beyond = 0 if newer == bool(self.after) else (1 if self.after else -1)
        row, slot = (
            (max if newer else min)(each, default=bound + beyond)
            for each, bound in zip(ids, self._bounds(), strict=True)
        )
        return f"{row}.{slot}"

    def _bounds(self) -> tuple[int, int]:
        """The ids in the mark; raises ValueError where it is none."""
        row, slot = (int(part) for part in (self.after or self.before or f"{LAST}.{LAST}").split("."))
        return row, slot

    def _settled(self, slot: int) -> Iterator[Delivery]:
        """The settled deliveries that the filters choose, beyond this one."""
        beyond = slot // settled.SLOTS + (-1 if self.after else 1)
        for item in self._chosen_items(beyond):
            yield from (each for each in self._chosen(item) if (-each.pk > slot if self.after else -each.pk < slot))

    def _chosen_items(self, beyond: int) -> Iterator[InboxItem]:
        """Those beyond an id: of one person or notification by their own index, else by that of what is settled."""
        items = self._items().order_by("pk" if self.after else "-pk")
        if not any(self._channel_and_state()):
            return self._items_by_id(items, beyond)
        texts = settled.matching(*self._channel_and_state())
        if self.query or not NARROW.isdisjoint(self.params):
            return self._items_by_id(items.filter(settled__in=texts), beyond)
        return self._items_by_text(items, texts, beyond)

    def _items_by_id(self, items: QuerySet[InboxItem], beyond: int) -> Iterator[InboxItem]:
        while batch := list(items.filter(**{f"pk__{'gt' if self.after else 'lt'}": beyond})[:ITEMS_AT_ONCE]):
            yield from batch
            beyond = batch[-1].pk

    def _items_by_text(self, items: QuerySet[InboxItem], texts: list[int], beyond: int) -> Iterator[InboxItem]:
        ids = settled.items_with(texts, beyond=beyond, ascending=bool(self.after))
        number = ITEMS_AT_ONCE
        while some := list(islice(ids, number)):
            yield from items.filter(pk__any_of=some)
            number = min(number * 4, ITEMS_MAX)

    def _items(self) -> QuerySet[InboxItem]:
        """The items that the filters and the search choose, as they choose rows."""
        created_at = Coalesce(F("placed_at"), F("notification__created_at"))
        rows = self.root_queryset
        self.root_queryset = InboxItem.objects.filter(settled__isnull=False).annotate(created_at=created_at)
        try:
            return self.get_queryset(self.request).select_related("settled")
        finally:
            self.root_queryset = rows

    def _chosen(self, item: InboxItem) -> Iterator[Delivery]:
        channel, state = self._channel_and_state()
        deliveries = settled.deliveries(item)
        for delivery in deliveries if self.after else reversed(deliveries):
            if channel in (None, delivery.channel) and state in (None, delivery.state):
                delivery.user = item.user
                yield delivery

    def _channel_and_state(self) -> tuple[str | None, str | None]:
        chosen = {type(each): each.value() for each in self.filter_specs if isinstance(each, admin.SimpleListFilter)}
        return chosen[ChannelFilter], chosen[StateFilter]
