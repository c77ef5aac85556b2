"""Deliveries: a queue for each channel. Before a row is sent it is asked again whether it still should be."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from channels_app import counters, webhooks
from channels_app.delivery import compose, recheck
from channels_app.delivery.versions import Versions
from channels_app.queue import leases
from channels_app.queue.queue import Job, Queue
from notifcenter.channel import Address, Channel, Gone, Outcome, Parcel, Refused, all_channels
from notifcenter.models import Delivery, DeliveryEvent, Kind, Notification, State

logger = logging.getLogger(__name__)
RETRIED_FOR = timedelta(hours=24)


class Deliveries(Queue):
    """What goes by one channel."""

    model = Delivery
    related = ("notification__provider__webhook", "user")
    written_fields = ("created_at", "events__at")

    def __init__(self, channel: Channel, clock: Any = timezone.now) -> None:
        super().__init__(clock)
        self.channel = channel
        self.code, self.batch, self.retries = channel.code, channel.batch, channel.retries

    @classmethod
    def instances(cls) -> Iterable[Queue]:
        """One for each channel; what is always on was sent when it was published."""
        return [cls(channel) for channel in all_channels() if not channel.always_on]

    def waiting(self) -> QuerySet[Delivery]:
        """Those of the channel."""
        return Delivery.objects.filter(channel=self.code, state=State.PENDING)

    def prepare(self, rows: Sequence[Delivery], *, now: datetime) -> Iterator[Job]:
        """Messages to addresses that are still there, of what its reader still wants."""
        self._versions = Versions({row.notification_id for row in rows})
        addresses = self.channel.addresses({row.user_id for row in rows})
        skipped = recheck.skipped(self.channel, rows, now=now)
        for row in rows:
            address = next((one for one in addresses.get(row.user_id, ()) if one.n == row.device), None)
            if row.id in skipped:
                self.end(row, *skipped[row.id], now=now)
            elif address is None:
                self.end(row, State.FAILED, "gone" if row.device else "no_address", now=now)
            else:
                yield from self.ready(row, partial(self._job, row, address))

    def _job(self, row: Delivery, address: Address) -> Job:
        return Job(row, Parcel(compose.compose(row), address), self.channel.host(address))

    def send(self, jobs: Iterable[Job]) -> Iterator[tuple[Any, Outcome]]:
        """Hand over to the channel."""
        for parcel, outcome in self.channel.send_all(_Parcels(jobs)):
            yield parcel.message.delivery, outcome

    def last_look(self, job: Job) -> Job | None:
        """Composed anew where the notification changed since; None where it was withdrawn, or is to be sent again."""
        row, version = job.row, self._versions.of(job.row.notification_id)
        if version == (row.notification.changed_at, None):
            return job
        if version is None or version.withdrawn_at:
            self.end(row, State.SKIPPED, "withdrawn" if version else "deleted", now=self.clock())
            return None
        if not leases.write(row, attempts=row.attempts):
            return None
        row.notification = Notification.objects.select_related("provider__webhook").get(pk=row.notification_id)
        return self._job(row, job.content.address)

    def settle(self, outcomes: Sequence[tuple[Job, Outcome]]) -> None:
        """Let the channel learn what became of it."""
        self.channel.settle([(job.content, outcome) for job, outcome in outcomes])

    def reason(self, final: Gone | Refused) -> str:
        """A dead address is a reason that the channel words; a refusal has the other side's words."""
        return "gone" if isinstance(final, Gone) else str(final)

    def expired_state(self, row: Delivery) -> State:
        """A call that rang for nobody has expired; the rest has failed."""
        is_call = row.notification.kind == Kind.CALL
        return State.EXPIRED if is_call and self.channel.needs_device else State.FAILED

    def written(self, row: Delivery, what: str, detail: str, values: Mapping[str, Any]) -> None:
        """A line of its history; and its provider is told of its end, if it asked to be."""
        write_event(row, what, detail, values)

    def tell(self, row: Delivery, what: str) -> None:
        """With the time it took, and the request that published it."""
        counters.written(row, what, now=self.clock())
        facts = {"notification": str(row.notification_id), "request_id": row.notification.request_id}
        logger.info("delivery %s by %s, attempt %s: %s", row.id, row.channel, row.attempts, what, extra=facts)


def write_event(row: Delivery, what: str, detail: str, values: Mapping[str, Any]) -> None:
    """Write a line of a delivery's history; at its end its provider is to be told."""
    DeliveryEvent.objects.create(delivery_id=row.id, what=what, detail=detail)
    if "state" in values:
        webhooks.note(row, values, now=values["finished_at"])


def retry(rows: QuerySet[Delivery], *, now: datetime) -> int:
    """Try failed and expired deliveries of a queryset again from the start; gives how many."""
    again = rows.filter(state__in=(State.FAILED, State.EXPIRED))
    fresh = {"attempts": 0, "reason": "", "finished_at": None, "leased_until": None}
    return int(again.update(state=State.PENDING, due_at=now, expires_at=now + RETRIED_FOR, **fresh))


class _Parcels:
    """What the jobs contain; a channel may go through it more than once."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        self._jobs = jobs

    def __iter__(self) -> Iterator[Parcel]:
        return (job.content for job in self._jobs)
