"""What waits for a channel that is not installed any more ends: nobody else would ever touch it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from channels_app import counters
from channels_app.delivery.deliver import write_event
from channels_app.queue import leases
from channels_app.queue.queue import Queue
from notifcenter.channel import all_channels
from notifcenter.models import Delivery, State

CODE = "no_channel"
GRACE = timedelta(seconds=10)
"""While a new version is being installed its workers know a channel that this one does not: they are quicker."""


class NoChannel(Queue):
    """Open deliveries of channels that are not there; they end as failed, with the queue's code as the reason."""

    code = CODE
    model = Delivery
    due_field = "created_at"
    written_fields = ()
    is_leased = False
    related = ("notification__provider__webhook",)

    def waiting(self) -> QuerySet[Delivery]:
        """Those that no other queue has, also what waits for a digest."""
        open_rows = Delivery.objects.filter(channel__in=_unknown(), state__in=(State.PENDING, State.DIGEST))
        return open_rows.filter(Q(leased_until=None) | Q(leased_until__lte=self.clock()))

    def claim(self) -> list[Delivery]:
        """The next ones; no lease is needed, since they end in the transaction that takes them."""
        old = self.waiting().filter(created_at__lte=self.clock() - GRACE)
        return list(old.select_related(*self.related).order_by("pk")[: self.batch])

    def deliver(self, rows: Sequence[Delivery]) -> int:
        """End them; none was sent."""
        for row in rows:
            if leases.stopping.is_set():
                break
            self._fail(row)
        return 0

    @transaction.atomic
    def _fail(self, row: Delivery) -> None:
        now = self.clock()
        values: dict[str, Any] = {"state": State.FAILED, "reason": CODE, "finished_at": now}
        unchanged = Delivery.objects.filter(pk=row.pk, state=row.state, attempts=row.attempts)
        if unchanged.update(**values, due_at=None, leased_until=None):
            write_event(row, State.FAILED, CODE, values)
            counters.deliveries.labels(row.channel, State.FAILED).inc()


def _unknown() -> list[str]:
    """Codes in the table that no channel has; a look at the index for each that there is, however large the table."""
    known, unknown, last = {channel.code for channel in all_channels()}, [], ""
    while following := Delivery.objects.filter(channel__gt=last).order_by("channel").values_list("channel").first():
        last = following[0]
        if last not in known:
            unknown.append(last)
    return unknown
