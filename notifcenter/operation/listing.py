"""A provider's own notifications, newest first, as a keyset page: each filter reads along an index of its own.

Without a filter, or by ``kind``: (provider, kind, created_at, id), the kinds merged. By ``key`` or ``category``:
partial indexes over these members of ``details``. By recipient: the items of that inbox from this provider. Words are
looked for in what these read, at most ``SCANNED_MAX`` a page: such a page may be short, and says where to go on.
"""

import heapq
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q, QuerySet

from notifcenter.content import plain_text
from notifcenter.models import InboxItem, Kind, Notification

SCANNED_MAX, SCANNED_AT_ONCE = 10_000, 1000
EPOCH = datetime.fromtimestamp(0, UTC)
PLACE_MAX = 2**191
"""A place is the microseconds of ``created_at`` before the 128 bits of the id."""
TABLE = Notification._meta.db_table
MEMBERS = {name: f"{TABLE}.details ->> '{name}' = %s" for name in ("key", "category")}
"""As the indexes are written."""


@dataclass
class Listing:
    """What to list; ``recipient``: a user's id (None: anybody). ``stopped_at``: where a short page goes on."""

    provider: int
    members: dict[str, str]
    kind: str = ""
    recipient: int | None = None
    words: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    stopped_at: int | None = None
    key: ClassVar[str] = "place"

    def page(self, *, mark: int | None, descending: bool, limit: int) -> list[Notification]:
        """The first that match beyond the place ``mark``."""
        matching: list[Notification] = []
        scanned, size = 0, SCANNED_AT_ONCE if self.words else limit
        while len(matching) < limit:
            rows = self._rows(mark, size, descending=descending)
            matching += filter(self._has_words, rows)
            scanned += len(rows)
            if len(rows) < size:
                return matching[:limit]
            mark = place(rows[-1])
            if len(matching) < limit and scanned >= SCANNED_MAX:
                self.stopped_at = mark
                break
        return matching[:limit]

    def _rows(self, mark: int | None, size: int, *, descending: bool) -> list[Notification]:
        if self.recipient is not None:
            return self._received(mark, size, descending=descending)
        kinds = [self.kind] if self.kind else [""] if self.members else Kind.values
        streams = [self._of_kind(kind, mark, size, descending=descending) for kind in kinds]
        return list(islice(heapq.merge(*streams, key=place, reverse=descending), size))

    def _of_kind(self, kind: str, mark: int | None, size: int, *, descending: bool) -> list[Notification]:
        rows = self._matching(Notification.objects.filter(provider=self.provider), kind=kind)
        sign = "-" if descending else ""
        if mark is not None:
            rows = rows.filter(_beyond(mark, "lt" if descending else "gt"))
        return [_placed(row) for row in rows.order_by(f"{sign}created_at", f"{sign}id")[:size]]

    def _received(self, mark: int | None, size: int, *, descending: bool) -> list[Notification]:
        items = InboxItem.objects.filter(user=self.recipient, provider=self.provider).select_related("notification")
        if mark is not None:
            items = items.filter(**{f"position__{'lt' if descending else 'gt'}": min(mark, 2**63 - 1)})
        rows = self._matching(items, kind=self.kind, prefix="notification__")
        listed = rows.order_by("-position" if descending else "position")[:size]
        return [_placed(item.notification, item.position) for item in listed]

    def _matching(self, rows: QuerySet[Any], *, kind: str, prefix: str = "") -> QuerySet[Any]:
        given = {"kind": kind, "created_at__gte": self.since, "created_at__lt": self.until}
        rows = rows.filter(**{f"{prefix}{name}": value for name, value in given.items() if value})
        rows = rows.filter(**{f"{prefix}owner": None})
        return rows.extra(where=[MEMBERS[name] for name in self.members], params=[*self.members.values()])

    def _has_words(self, row: Notification) -> bool:
        return not self.words or all(any(one.startswith(word) for one in _words_of(row)) for word in self.words)


def place(row: Notification) -> int:
    """Its number in the order of the list."""
    return int(getattr(row, "place", 0))


def split(text: str) -> list[str]:
    """The words of a text as they are compared: in any letter case, ё as е."""
    return re.findall(r"[^\W_]+", text.casefold().replace("ё", "е"))


def _words_of(row: Notification) -> Iterator[str]:
    details = row.details
    texts = row.header, plain_text(row.text), details.get("from"), details.get("to")
    yield from split(" ".join(filter(None, [*texts, (details.get("element") or {}).get("name")])))


def _placed(row: Notification, position: int | None = None) -> Notification:
    moment: Any = (row.created_at - EPOCH) // timedelta(microseconds=1) << 128 | row.pk.int
    row.place = moment if position is None else position  # type: ignore[attr-defined]
    return row


def _beyond(mark: int, side: str) -> Q:
    micros, number = divmod(mark, 2**128)
    at, pk = EPOCH + timedelta(microseconds=min(micros, 2**57)), UUID(int=number)
    same = Q(**{"created_at": at, f"id__{side}": pk})
    return Q(**{f"created_at__{side}e": at}) & (Q(**{f"created_at__{side}": at}) | same)
