"""The queue of closing pushes."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from accounts.devices import as_address
from channels_app.models import ClosingPush
from channels_app.push import closing
from channels_app.queue.queue import Job, Queue
from notifcenter.channel import Channel, Message, Outcome, Parcel, Retries, channel_named
from notifcenter.models import State


class Closings(Queue):
    """Each to one device, by the channel that it takes push of; after a minute it is in vain."""

    code = closing.CODE
    model = ClosingPush
    related = ("device",)
    retries = Retries(delays=(5, 10, 20), default_expiry=closing.TTL)
    retention = timedelta(days=2)

    def prepare(self, rows: Sequence[ClosingPush], *, now: datetime) -> Iterator[Job]:
        """Those that are not too late."""
        for row in rows:
            if row.expires_at and row.expires_at <= now:
                self.end(row, State.EXPIRED, "expired", now=now)
            else:
                yield from self.ready(row, partial(_job, row))

    def send(self, jobs: Iterable[Job]) -> Iterator[tuple[Any, Outcome]]:
        """Side by side, channel by channel."""
        by_channel: dict[str, list[Parcel]] = {}
        for job in jobs:
            by_channel.setdefault(job.row.device.channel, []).append(job.content)
        for code, parcels in by_channel.items():
            for parcel, outcome in _channel(code).send_all(parcels):
                yield parcel.message.delivery, outcome

    def settle(self, outcomes: Sequence[tuple[Job, Outcome]]) -> None:
        """Let the channels learn which devices are gone."""
        for code in {job.row.device.channel for job, _outcome in outcomes}:
            of_channel = [(job.content, outcome) for job, outcome in outcomes if job.row.device.channel == code]
            _channel(code).settle(of_channel)


def _job(row: ClosingPush) -> Job:
    address = as_address(row.device)
    message = Message.closing(str(row.notification), delivery=row.pk, user=row.device.user_id)
    return Job(row, Parcel(message, address), _channel(row.device.channel).host(address))


def _channel(code: str) -> Channel:
    channel = channel_named(code)
    if channel is None:
        raise LookupError(f"There is no channel {code!r}.")
    return channel
