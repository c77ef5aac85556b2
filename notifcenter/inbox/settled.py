"""Channels settled at publication: nothing goes out by them, so the inbox item holds the reason instead of a row.

``InboxItem.settled`` leads to a text with a word ``channel=reason`` for each of them, in the order of the channels.
The reason ``always`` means sent (the inbox itself is that channel), any other means skipped.
"""

import heapq
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from notifcenter.models import Delivery, InboxItem, SettledChannels, State

ALWAYS = "always"
SLOTS = 64
"""More channels than an item can have settled; numbers its settled deliveries."""

IDS_AT_ONCE = 100

_word = re.compile(r"[a-z0-9_.-]+")


def can_settle(channel: str, state: str, reason: str) -> bool:
    """Whether a delivery that ended so at publication can be held by its item."""
    return state == _state(reason) and bool(_word.fullmatch(channel) and _word.fullmatch(reason))


def encode(reasons: Iterable[tuple[str, str]]) -> str:
    """The text of these (channel, reason)."""
    return " ".join(f"{channel}={reason}" for channel, reason in reasons)


def decode(text: str) -> list[tuple[str, str, str]]:
    """[(channel, state, reason)] of a text."""
    pairs = [word.split("=") for word in text.split()]
    return [(channel, _state(reason), reason) for channel, reason in pairs]


def open_again(notification: UUID, opened: Iterable[tuple[int, str]]) -> None:
    """Deliveries of a notification, (user, channel), that have a row from now on though they were settled before."""
    by_user: dict[int, set[str]] = {}
    for user, channel in opened:
        by_user.setdefault(user, set()).add(channel)
    items = InboxItem.objects.filter(notification=notification, user__any_of=list(by_user))
    texts: dict[str, list[int]] = {}
    for pk, user, text in items.exclude(settled=None).values_list("pk", "user_id", "settled__text"):
        left = encode((channel, reason) for channel, _end, reason in decode(text) if channel not in by_user[user])
        if left != text:
            texts.setdefault(left, []).append(pk)
    for left, pks in texts.items():
        stored, _made = SettledChannels.objects.get_or_create(text=left)
        InboxItem.objects.filter(pk__any_of=pks).update(settled=stored)


def placed_at(created_at: datetime, moment: datetime) -> datetime | None:
    """What to write as ``InboxItem.placed_at``: nothing in the second of the notification's ``created_at``."""
    return None if int(moment.timestamp()) == int(created_at.timestamp()) else moment


def deliveries(item: InboxItem) -> list[Delivery]:
    """The settled deliveries of an item, not saved, with an id below zero that ``find`` takes.

    Read the item with its ``settled`` and its notification.
    """
    notification = item.notification
    moment = item.placed_at or notification.created_at
    return [
        Delivery(
            id=-(item.pk * SLOTS + slot),
            notification=notification,
            user_id=item.user_id,
            channel=channel,
            state=state,
            reason=reason,
            priority=notification.priority,
            created_at=moment,
            finished_at=moment,
        )
        for slot, (channel, state, reason) in enumerate(decode(item.settled.text if item.settled else ""))
    ]


def find(pk: int) -> Delivery | None:
    """The settled delivery of that id, with its notification and user."""
    items = InboxItem.objects.select_related("notification", "settled", "user").filter(pk=-pk // SLOTS)
    return next((each for item in items for each in deliveries(item) if each.pk == pk), None)


def ids_of(texts: Iterable[str]) -> dict[str, int]:
    """{text: its id} of those that are stored."""
    return dict(SettledChannels.objects.filter(text__in=list(texts)).values_list("text", "pk"))


def matching(channel: str | None, state: str | None) -> list[int]:
    """The ids of the texts that have a delivery of that channel (None: any) in that state (None: any)."""
    return [
        pk
        for pk, text in SettledChannels.objects.values_list("pk", "text")
        if any(channel in (None, each[0]) and state in (None, each[1]) for each in decode(text))
    ]


def items_with(texts: Iterable[int], *, beyond: int, ascending: bool) -> Iterator[int]:
    """The ids of items with one of these texts (ids) beyond an id, in order, read from the index alone."""
    return heapq.merge(
        *(_items_with(text, beyond=beyond, ascending=ascending) for text in texts), reverse=not ascending
    )


def _items_with(text: int, *, beyond: int, ascending: bool) -> Iterator[int]:
    items = InboxItem.objects.filter(settled=text).order_by("id" if ascending else "-id").values_list("id", flat=True)
    while ids := list(items.filter(**{f"id__{'gt' if ascending else 'lt'}": beyond})[:IDS_AT_ONCE]):
        yield from ids
        beyond = ids[-1]


def _state(reason: str) -> str:
    return State.SENT if reason == ALWAYS else State.SKIPPED
