"""Delivering: claim due rows, check again, send, write down what happened and when to try again."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from channels_app import counters, webhooks
from channels_app.delivery import compose, recheck
from channels_app.queue import leases
from channels_app.queue.circuit_breaker import breaker
from notifcenter.channel import Channel, Gone, Outcome, Parcel, TryLater, all_channels
from notifcenter.models import Delivery, DeliveryEvent, State
from notifcenter.operation import crash_points

logger = logging.getLogger(__name__)
RETRIED_FOR = timedelta(hours=24)


def drain(channel: Channel) -> int:
    """Send what is due on this channel until nothing is; gives how many were handled."""
    handled = 0
    while not leases.stopping.is_set() and (rows := claim(channel, now=timezone.now())):
        deliver(channel, rows)
        handled += len(rows)
    return handled


def claim(channel: Channel, *, now: datetime) -> list[Delivery]:
    """Take the next due rows of a channel, urgent ones first, for the time of a lease."""
    due = Delivery.objects.filter(channel=channel.code, state=State.PENDING, due_at__lte=now)
    related = ("notification__provider__webhook", "user")
    return leases.claim(due.order_by("-urgent", "due_at"), channel.batch, *related, now=now)


def due_channels(*, now: datetime) -> set[str]:
    """The channels with rows that are due."""
    due = Delivery.objects.filter(state=State.PENDING, due_at__lte=now)
    return {way.code for way in all_channels() if due.filter(channel=way.code).exists()}


def deliver(channel: Channel, rows: Sequence[Delivery]) -> None:
    """Send these claimed rows, and write down each outcome as soon as it is known."""
    crash_points.at("claim.after")
    parcels = _parcels(channel, rows, timezone.now())
    claimed = {row.id: row for row in rows}
    outcomes: list[tuple[Parcel, Outcome]] = []
    with leases.renewing([claimed[parcel.message.delivery] for parcel in parcels]) as in_hand:
        for parcel, outcome in channel.send_all(_Batch(parcels, in_hand)):
            crash_points.at("send.after")
            breaker.note(channel, parcel.address, outcome)
            row = claimed[parcel.message.delivery]
            leases.surely(partial(record, channel, row, outcome, now=timezone.now()))
            in_hand.discard(parcel.message.delivery)
            outcomes.append((parcel, outcome))
        for left in list(in_hand):
            leases.hand_back(claimed[left], timezone.now())
    channel.settle(outcomes)


def record(channel: Channel, row: Delivery, outcome: Outcome, *, now: datetime) -> None:
    """Write one outcome: sent, failed for good, or when to try again."""
    if outcome is None:
        finish(row, State.SENT, "", now=now)
    elif isinstance(outcome, TryLater):
        _try_later(channel, row, outcome, now)
    else:
        finish(row, State.FAILED, "gone" if isinstance(outcome, Gone) else str(outcome), now=now)


def finish(row: Delivery, state: State, reason: str, *, now: datetime) -> None:
    """The last word on a delivery; its provider is told, if it asked to be."""
    values = {"state": state, "reason": reason[:500], "due_at": None, "leased_until": None, "finished_at": now}
    with transaction.atomic():
        if _write(row, state, reason, **values):
            webhooks.note(row, values, now=now)


def retry(rows: Any, *, now: datetime) -> int:
    """Try failed and expired deliveries of a queryset again from the start; gives how many."""
    again = rows.filter(state__in=(State.FAILED, State.EXPIRED))
    fresh = {"attempts": 0, "reason": "", "finished_at": None, "leased_until": None}
    return int(again.update(state=State.PENDING, due_at=now, expires_at=now + RETRIED_FOR, **fresh))


def _parcels(channel: Channel, rows: Sequence[Delivery], now: datetime) -> list[Parcel]:
    addresses = channel.addresses({row.user_id for row in rows})
    obstacles = recheck.obstacles(channel, rows, now=now)
    parcels = []
    for row in rows:
        address = next((way for way in addresses.get(row.user_id, ()) if way.device == row.device), None)
        if row.id in obstacles:
            finish(row, *obstacles[row.id], now=now)
        elif address is None:
            finish(row, State.FAILED, "gone" if channel.needs_device else "no_address", now=now)
        elif (opens_at := breaker.opens_at(channel, address, now=now)) is not None:
            leases.hand_back(row, opens_at)
        else:
            parcels.append(Parcel(compose.compose(row), address))
    return parcels


def _try_later(channel: Channel, row: Delivery, outcome: TryLater, now: datetime) -> None:
    due_at = leases.next_at(row, outcome, channel.retries, now=now)
    if row.expires_at and due_at >= row.expires_at:
        reason = f"expired: {outcome}" if str(outcome) else "expired"
        finish(row, State.EXPIRED if row.urgent and channel.needs_device else State.FAILED, reason, now=now)
    else:
        _write(row, "retry", str(outcome), reason=str(outcome)[:500], due_at=due_at, leased_until=None)


def _write(row: Delivery, what: str, detail: str, **values: Any) -> bool:
    with transaction.atomic():
        written = leases.write(row, **values)
        if written:
            DeliveryEvent.objects.create(delivery_id=row.id, what=what, detail=detail[:500])
    if written:
        _tell(row, what)
    return written


def _tell(row: Delivery, what: str) -> None:
    counters.written(row, what, now=timezone.now())
    facts = {"notification": str(row.notification_id), "request_id": row.notification.request_id}
    logger.info("delivery %s by %s, attempt %s: %s", row.id, row.channel, row.attempts, what, extra=facts)


class _Batch(list[Parcel]):
    """Parcels that end early once the process is told to stop, and leave out what another worker has taken over."""

    def __init__(self, parcels: Sequence[Parcel], in_hand: leases.Hand) -> None:
        super().__init__(parcels)
        self._in_hand = in_hand

    def __iter__(self) -> Iterator[Parcel]:
        for parcel in super().__iter__():
            if leases.stopping.is_set():
                return
            if self._in_hand.keeps(parcel.message.delivery):
                crash_points.at("send.before")
                yield parcel
