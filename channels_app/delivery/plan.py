"""By which channels each recipient gets a notification, and why not by the others: one pure decision."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from accounts.preferences import many, resolve
from accounts.preferences.resolve import Decision
from channels_app import counters
from channels_app.queue import wakeup
from notifcenter.channel import Channel, all_channels
from notifcenter.models import CallState, Notification, Priority, Provider, State
from notifcenter.models.call_state import OVER, state_in
from notifcenter.publishing.sql import InboxEntries, PlannedDeliveries

Reached = dict[str, Mapping[int, Sequence[int]]]
WAITING = (State.PENDING, State.DIGEST)
INACTIVE = Decision(State.SKIPPED, "inactive")
LOW = Decision(State.SKIPPED, "low")


def plan(entries: Sequence[InboxEntries], *, now: datetime) -> list[PlannedDeliveries]:
    """The deliveries of what is being published, each with its reason where it will not go out."""
    planned: list[PlannedDeliveries] = []
    for provider, of_provider in _by_provider(entries).items():
        users = sorted({user for entry in of_provider for user, *_rest in entry.to})
        wanted, devices = many.decisions_and_devices(users, provider)
        addresses = _addresses_of(wanted, devices)
        for entry in of_provider:
            planned += _planned(entry, wanted, addresses, now)
    return planned


def announce(planned: Sequence[PlannedDeliveries]) -> None:
    """What was planned is stored: count it, and wake the channels that have something to send."""
    counters.planned(planned)
    wakeup.wake({entry.channel for entry in planned if entry.state == State.PENDING})


def announce_after_commit(planned: Sequence[PlannedDeliveries]) -> None:
    """The same once the transaction is committed."""
    transaction.on_commit(partial(announce, planned), robust=True)


def decide(channel: Channel, decision: Decision, numbers: Sequence[int]) -> list[tuple[int, Decision]]:
    """What becomes of one notification to one person by one channel: a decision for each address (0: none)."""
    if decision.state not in WAITING:
        return [(0, decision)]
    if not numbers:
        return [(0, resolve.without_address(channel))]
    return [(n, decision) for n in numbers]


def _by_provider(entries: Sequence[InboxEntries]) -> dict[Provider, list[InboxEntries]]:
    grouped: dict[Provider, list[InboxEntries]] = {}
    for entry in entries:
        grouped.setdefault(entry.notification.provider, []).append(entry)
    return grouped


def _addresses_of(wanted: dict[int, dict[str, Decision]], devices: many.Devices) -> Reached:
    """By channel, how to reach those who want it: their devices, or the ``n`` of the addresses it knows."""
    return {
        channel.code: devices.get(channel.code, {})
        if channel.needs_device
        else channel.reaches([user for user, choice in wanted.items() if choice[channel.code].state in WAITING])
        for channel in all_channels()
    }


def _planned(
    entry: InboxEntries, wanted: dict[int, dict[str, Decision]], addresses: Reached, now: datetime
) -> Iterator[PlannedDeliveries]:
    for channel in _carrying(entry.notification):
        alike: dict[Decision, list[tuple[int, int]]] = {}
        for user, *_rest in entry.to:
            decision = _quietly(channel, entry.notification, wanted[user][channel.code] if user in wanted else INACTIVE)
            for n, final in decide(channel, decision, addresses[channel.code].get(user, ())):
                alike.setdefault(final, []).append((user, n))
        for final, to in alike.items():
            yield _deliveries(entry.notification, channel, final, to, now)


def _quietly(channel: Channel, notification: Notification, decision: Decision) -> Decision:
    """Of a low priority nothing wakes a device."""
    is_pushed = channel.needs_device and decision.state in WAITING
    return LOW if is_pushed and notification.priority == Priority.LOW else decision


def _deliveries(
    notification: Notification, channel: Channel, final: Decision, to: list[tuple[int, int]], now: datetime
) -> PlannedDeliveries:
    waits, expiry = final.state in WAITING, channel.retries.expiry(notification.kind)
    return PlannedDeliveries(
        notification,
        channel.code,
        final.state,
        final.reason,
        due_at=now if final.state == State.PENDING else None,
        expires_at=(notification.renewed_at or notification.created_at) + expiry if waits else None,
        finished_at=None if waits else now,
        to=to,
    )


def _carrying(notification: Notification) -> list[Channel]:
    """All channels; of a test, which names its channel as ``only``, that one and those that are always on; of a call
    that rings those that ring, and of one that is over those alone that are always on."""
    only, state = notification.details.get("only"), state_in(notification.details)
    return [
        channel
        for channel in all_channels()
        if channel.always_on
        or (only in (None, channel.code) and state not in OVER and (channel.rings or state != CallState.RINGING))
    ]
