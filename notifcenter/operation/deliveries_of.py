"""The deliveries of one notification, watched from a terminal."""

from collections import Counter
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.contrib.auth import get_user_model

from notifcenter import reasons
from notifcenter.inbox import receipts
from notifcenter.inbox.receipts import Receipt, Receipts
from notifcenter.models import InboxItem, State

SHOWN_MAX = 1000
"""Deliveries that are shown one by one; the others are only counted."""


class DeliveriesOf:
    """Those of the notification with this id to so many recipients."""

    def __init__(self, notification: UUID, recipients: int) -> None:
        self._notification, self._recipients = notification, recipients
        self._shown: dict[int, tuple[str, str]] = {}

    def all_ended(self) -> bool:
        """Whether it is in every inbox and nothing is to be sent any more; the digest counts as an end."""
        placed = InboxItem.objects.filter(notification=self._notification).count()
        return placed >= self._recipients and not self._states()[State.PENDING]

    def any_failed(self) -> bool:
        """Whether one failed for good."""
        return bool(self._states()[State.FAILED])

    def changes(self) -> Iterator[str]:
        """A line for each of the first deliveries whose state or reason is another than last time."""
        rows = Receipts(self._notification).page(limit=SHOWN_MAX)
        new = [row for row in rows if self._shown.get(row.key) != (row.delivery.state, row.delivery.reason)]
        names = _usernames(new)
        for row in new:
            self._shown[row.key] = row.delivery.state, row.delivery.reason
            yield _line(names.get(row.delivery.user_id, str(row.delivery.user_id)), row)

    def _states(self) -> Counter[str]:
        return sum(map(Counter, receipts.counted(self._notification).values()), Counter[str]())


def _usernames(rows: Sequence[Receipt]) -> dict[int, str]:
    people = get_user_model().objects.filter(pk__in={row.delivery.user_id for row in rows})
    return {pk: str(name) for pk, name in people.values_list("pk", "username")}


def _line(username: str, row: Receipt) -> str:
    delivery = row.delivery
    why = reasons.explain_to_staff(delivery.reason, delivery.channel)
    return f"{username} {delivery.channel} {delivery.state}" + (f": {why}" if why else "")
