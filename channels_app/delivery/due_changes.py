"""Queues of what falls due by the clock: schedules, expiries, ringing calls, snoozes, folds; a transaction for a row.

Snoozes until the end of a call have no time: every sweep asks whether it is over.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import timezone

from channels_app.delivery import snoozes
from channels_app.queue import leases
from channels_app.queue.queue import Queue
from notifcenter.calls import events
from notifcenter.models import Call, Notification, PublicationKey, ScheduledPublication
from notifcenter.publishing import scheduling, withdrawal
from notifcenter.publishing.folds import folding

logger = logging.getLogger(__name__)
AT_ONCE = 100


@dataclass(frozen=True)
class Kind:
    """One kind of what falls due: its rows, with their time as ``due_time``.

    ``find`` gives the primary keys of those that are due, ``attend`` deals with one, and gives False where nothing is
    to be done any more. ``is_timeless``: the rows' time says nothing, only ``find`` knows.
    """

    code: str
    rows: QuerySet[Any]
    find: Callable[..., list[Any]]
    attend: Callable[..., bool]
    is_timeless: bool = False


UNTIL_CALL_ENDS = snoozes.WAITING_FOR_CALLS.annotate(due_time=F("snoozed_until"))
EXPIRING = Notification.objects.filter(withdrawn_at=None, expires_at__isnull=False).annotate(due_time=F("expires_at"))
KINDS = (
    Kind("scheduled", ScheduledPublication.objects.annotate(due_time=F("due_at")), scheduling.due, scheduling.publish),
    Kind("expiry", EXPIRING, withdrawal.expired, withdrawal.expire),
    Kind("ringing", Call.objects.annotate(due_time=F("lapses_at")), events.ringing_too_long, events.lapse),
    Kind("snoozes", snoozes.SNOOZED.annotate(due_time=F("snoozed_until")), snoozes.due, snoozes.bring_back),
    Kind("call_ends", UNTIL_CALL_ENDS, snoozes.of_ended_calls, snoozes.bring_back, is_timeless=True),
    Kind("folds", PublicationKey.objects.annotate(due_time=F("due_at")), folding.due, folding.attend),
)


class DueChanges(Queue):
    """What falls due of one kind, without a lease."""

    due_field = "due_time"
    written_fields = ()
    is_leased = False

    def __init__(self, kind: Kind, clock: Callable[[], datetime] = timezone.now) -> None:
        super().__init__(clock)
        self.code, self._kind = kind.code, kind

    @classmethod
    def instances(cls) -> Iterable[Queue]:
        """One of each kind."""
        return [cls(kind) for kind in KINDS]

    def waiting(self) -> QuerySet[Any]:
        """Those that have a time."""
        return self._kind.rows.filter(due_time__isnull=False)

    def is_due(self, *, now: datetime) -> bool:
        """Whether something is due, or may be where only ``find`` knows."""
        return super().is_due(now=now) or (self._kind.is_timeless and self.waiting().exists())

    def next_due(self, *, now: datetime, within: timedelta) -> datetime | None:
        """The time of the first one that falls due so soon."""
        soon = self.waiting().filter(due_time__gt=now, due_time__lte=now + within)
        moment: datetime | None = soon.order_by("due_time").values_list("due_time", flat=True).first()
        return moment

    def drain(self) -> int:
        """Deal with what is due until nothing is; gives how many were. What fails is left to the next sweep."""
        done = 0
        while pks := self._kind.find(now=self.clock(), limit=AT_ONCE):
            changed = sum(not leases.stopping.is_set() and self._is_done(pk, self.clock()) for pk in pks)
            if not changed:
                break
            done += changed
        return done

    def end_due(self, reason: str, *, now: datetime) -> None:
        """Deal with each as of its own time: the inboxes need it, and what it plans is due then."""
        for pk, due_at in list(self.due(now=now).order_by("due_time").values_list("pk", "due_time")):
            self._is_done(pk, due_at)

    def _is_done(self, pk: UUID | int, now: datetime) -> bool:
        try:
            return self._kind.attend(pk, now=now)
        except Exception:  # whatever it is, it must not keep the others waiting
            logger.exception("%s %s failed, the sweep will try again", self.code, pk)
            return False
