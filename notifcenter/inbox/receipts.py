"""Receipts: what became of a notification by each channel, whether a row of the queue or settled at publication."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar
from uuid import UUID

from notifcenter.channel import all_channels
from notifcenter.database import prepared
from notifcenter.database.raw_values import as_uuid
from notifcenter.inbox import settled
from notifcenter.models import Delivery, InboxItem

PEOPLE_AT_ONCE = 50
SLOT_BITS = 20
COUNTED = """
    SELECT notification_id, channel, state, count(*) FROM notifcenter_delivery WHERE notification_id IN ({marks})
    GROUP BY notification_id, channel, state
    UNION ALL
    SELECT notification_id, text, NULL, count(*) FROM notifcenter_inboxitem
    JOIN notifcenter_settledchannels ON notifcenter_settledchannels.id = settled_id
    WHERE notification_id IN ({marks}) GROUP BY notification_id, text"""

Counted = dict[str, dict[str, int]]
"""{channel: {state: number of deliveries}}."""


@dataclass(frozen=True)
class Receipt:
    """A delivery, saved or settled; ``key`` orders those of a notification by user, channel and device."""

    key: int
    delivery: Delivery


@dataclass(frozen=True)
class Receipts:
    """The receipts of a notification (its id) to everybody, or to one ``user`` (an id), in pages by ``Receipt.key``."""

    notification: UUID
    user: int | None = None
    key: ClassVar[str] = "key"

    def page(self, *, mark: int | None = None, descending: bool = False, limit: int) -> list[Receipt]:
        """The first receipts beyond the key ``mark`` (None: from the start)."""
        receipts = self._in_order(None if mark is None else mark >> SLOT_BITS, descending=descending)
        if mark is not None:
            receipts = (each for each in receipts if (each.key < mark if descending else each.key > mark))
        return list(islice(receipts, limit))

    def _in_order(self, user: int | None, *, descending: bool) -> Iterator[Receipt]:
        """From this user on (None: from the first)."""
        items = InboxItem.objects.filter(notification=self.notification)
        if self.user is not None:
            items = items.filter(user=self.user)
        users = items.order_by("-user_id" if descending else "user_id").values_list("user_id", flat=True)
        beyond = {} if user is None else {f"user_id__{'lte' if descending else 'gte'}": user}
        while people := list(users.filter(**beyond)[:PEOPLE_AT_ONCE]):
            yield from sorted(self._of(people), key=lambda receipt: receipt.key, reverse=descending)
            beyond = {f"user_id__{'lt' if descending else 'gt'}": people[-1]}

    def _of(self, users: Sequence[int]) -> Iterator[Receipt]:
        """Rows are read before items: one that is being settled meanwhile is seen twice, never not at all."""
        by_user: dict[int, dict[tuple[str, int], Delivery]] = {user: {} for user in users}
        for delivery in Delivery.objects.filter(notification=self.notification, user__any_of=users):
            by_user[delivery.user_id][delivery.channel, delivery.device] = delivery
        items = InboxItem.objects.filter(notification=self.notification, user__any_of=users)
        for item in items.select_related("notification", "settled"):
            for delivery in settled.deliveries(item):
                by_user[item.user_id].setdefault((delivery.channel, delivery.device), delivery)
        order = {channel.code: place for place, channel in enumerate(all_channels())}
        for user, each in by_user.items():
            in_order = sorted(each, key=lambda place: (order.get(place[0], len(order)), *place))
            for slot, place in enumerate(in_order, 1):
                yield Receipt(user << SLOT_BITS | slot, each[place])


def counted(notification: UUID) -> Counted:
    """How many deliveries of a notification stand where."""
    return counted_each([notification])[notification]


def counted_each(notifications: Collection[UUID]) -> dict[UUID, Counted]:
    """The same of each of them, read by one statement, so that none is counted twice."""
    counts: dict[UUID, dict[str, Counter[str]]] = {pk: {} for pk in notifications}
    for pk, text, state, number in _counted(notifications):
        pairs = [(text, state)] if state else [(channel, state) for channel, state, _reason in settled.decode(text)]
        for channel, each in pairs:
            counts[pk].setdefault(channel, Counter())[each] += number
    return {pk: {channel: dict(states) for channel, states in each.items()} for pk, each in counts.items()}


def _counted(notifications: Collection[UUID]) -> Iterator[tuple[UUID, str, str | None, int]]:
    if notifications:
        statement = COUNTED.format(marks=", ".join(["%s"] * len(notifications)))
        for pk, *row in prepared.rows(statement, [pk.hex for pk in notifications] * 2):
            yield (as_uuid(pk), *row)
