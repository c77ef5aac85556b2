"""Which rows of a queue come next: the most urgent, then the oldest; and now and then a lower priority's turn."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from notifcenter.models import Priority

FAIR_TURN = 8
"""Every so many claims begin with a lower priority, each of these in turn, so that none waits for ever."""
LOWER = (Priority.LOW, Priority.NORMAL, Priority.HIGH)


class Turns:
    """Counts the claims of one queue of this process."""

    def __init__(self) -> None:
        self._claims = 0

    def next(self, due: QuerySet[Any]) -> Iterator[QuerySet[Any]]:
        """The due rows to claim from, in their order; the next where there are none."""
        self._claims += 1
        turn, is_not_fair = divmod(self._claims, FAIR_TURN)
        if not is_not_fair:
            yield due.filter(priority=LOWER[turn % len(LOWER)]).order_by("due_at")
        yield due.order_by("-priority", "due_at")


def overtaking(due: QuerySet[Any], priority: int) -> QuerySet[Any]:
    """The due rows for which a batch of that priority gives way: only urgent ones, or it would end all the time."""
    return due.filter(priority__gte=max(priority + 1, Priority.HIGH))
