"""What people chose. ``resolve`` is the one place that judges it, for planning, the page, the API and "why not"."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import schedule
from accounts.api.preference_fields import checked
from accounts.models import ChannelPreference, DigestSchedule, User
from notifcenter.channel import Channel, all_channels
from notifcenter.models import SELF, Provider, State

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Decision:
    """What becomes of a delivery by its reader's choices: a state, and why (a code of ``notifcenter.reasons``)."""

    state: str
    reason: str = ""


def resolve(user: User, preference: ChannelPreference | None, channels: Iterable[Channel]) -> dict[str, Decision]:
    """By channel code, what this person wants of one provider. Pure; of the user it reads what ``wishes`` asks for."""
    return {channel.code: _decide(user, preference, channel) for channel in channels}


def _decide(user: User, preference: ChannelPreference | None, channel: Channel) -> Decision:
    if channel.always_on:
        return Decision(State.SENT, "always")
    if reason := _obstacle(user, preference, channel):
        return Decision(State.SKIPPED, reason)
    if channel.follows_daily and mode_of(preference) == ChannelPreference.Mode.DAILY:
        return Decision(State.DIGEST, "daily")
    return Decision(State.PENDING)


def _obstacle(user: User, preference: ChannelPreference | None, channel: Channel) -> str:
    if not user.is_active:
        return "inactive"
    if not user.receive_notifications:
        return "master_off"
    if not is_on(preference, channel):
        return channel.closed_to(user) or "channel_off"
    return channel.closed_to(user) or channel.lacks(user)


def nowhere(channel: Channel) -> Decision:
    """What becomes of it where somebody wants it but has no address for it."""
    return Decision(State.SKIPPED, "no_device" if channel.needs_device else "no_address")


def is_on(preference: ChannelPreference | None, channel: Channel) -> bool:
    """Whether the box of this channel is ticked; without a choice it is."""
    return channel.always_on or preference is None or preference.channels.get(channel.code, True)


def mode_of(preference: ChannelPreference | None) -> str:
    """The mail mode; without a choice, at once."""
    return (preference and preference.email_mode) or ChannelPreference.Mode.INSTANT


def shown(user: User) -> dict[str, Any]:
    """All that a person may choose, as it stands: the body of ``GET preferences/``; three queries."""
    chosen = {row.provider_id: row for row in ChannelPreference.objects.filter(user=user)}
    return {
        "receive_notifications": user.receive_notifications,
        "digest": _shown_digest(schedule_of(user)),
        "providers": [_shown_provider(provider, chosen.get(provider.pk)) for provider in _providers_in_order()],
    }


def change(user: User, patch: Any, now: datetime) -> dict[str, Any]:
    """Take over any part of what ``shown`` gives, or nothing: raises DRF's ValidationError. Gives the whole.

    Only what differs from what stands becomes a choice, so sending everything back changes nothing.
    """
    wanted = checked(patch)
    with transaction.atomic():
        user.refresh_from_db(
            fields=["receive_notifications", "timezone"], from_queryset=User.objects.select_for_update()
        )
        changes = [*_change_switch(user, wanted), *_change_providers(user, wanted), *_change_digest(user, wanted, now)]
    if changes:
        logger.info("user %s chose: %s", user.pk, ", ".join(changes))
    return shown(user)


def schedule_of(user: User, *, lock: bool = False) -> DigestSchedule:
    """When the person's digest goes out; without a choice an unsaved row with the defaults."""
    rows = DigestSchedule.objects.select_for_update() if lock else DigestSchedule.objects.all()
    row = rows.filter(user=user).first() or DigestSchedule()
    row.user = user
    return row


def reschedule(user: User, now: datetime) -> None:
    """Bring the digest's next hour in line with the person's zone; nothing moves when it already is."""
    with transaction.atomic():
        row = schedule_of(user, lock=True)
        if row.next_due_at:
            _settle(row, now)


def _shown_provider(provider: Provider, preference: ChannelPreference | None) -> dict[str, Any]:
    return {
        "code": provider.code,
        "name": provider.label,
        "icon": provider.icon,
        "channels": {channel.code: is_on(preference, channel) for channel in all_channels()},
        "email_mode": str(mode_of(preference)),
    }


def _shown_digest(row: DigestSchedule) -> dict[str, str]:
    return {"time": row.time.strftime("%H:%M"), "timezone": row.zone.key}


def _providers_in_order() -> list[Provider]:
    return sorted(Provider.objects.all(), key=lambda provider: (provider.code == SELF, provider.label.casefold()))


def _change_switch(user: User, wanted: dict[str, Any]) -> Iterator[str]:
    on = wanted.get("receive_notifications", user.receive_notifications)
    if on != user.receive_notifications:
        user.receive_notifications = on
        user.save(update_fields=["receive_notifications"])
        yield f"receive_notifications={on}"


def _change_providers(user: User, wanted: dict[str, Any]) -> Iterator[str]:
    entries = {entry["provider"].pk: entry for entry in wanted.get("providers", ())}
    chosen = {row.provider_id: row for row in ChannelPreference.objects.filter(user=user, provider__in=entries)}
    for pk, entry in entries.items():
        row = chosen.get(pk) or ChannelPreference(user=user, provider=entry["provider"])
        if changes := [*_change_channels(row, entry), *_change_mode(row, entry)]:
            row.save()
            yield f"{entry['code']} ({', '.join(changes)})"


def _change_channels(row: ChannelPreference, entry: dict[str, Any]) -> Iterator[str]:
    for channel in all_channels():
        on = entry.get("channels", {}).get(channel.code)
        if on is not None and on != is_on(row, channel):
            row.channels[channel.code] = on
            yield f"{channel.code}={on}"


def _change_mode(row: ChannelPreference, entry: dict[str, Any]) -> Iterator[str]:
    mode = entry.get("email_mode")
    if mode is not None and mode != mode_of(row):
        row.email_mode = mode
        yield f"email_mode={mode}"


def _change_digest(user: User, wanted: dict[str, Any], now: datetime) -> Iterator[str]:
    row, digest = schedule_of(user, lock=True), wanted.get("digest", {})
    before = _shown_digest(row)
    row.time = digest.get("time", row.time)
    zone = digest.get("timezone", row.zone.key)
    row.timezone = "" if zone == user.timezone else zone
    if (after := _shown_digest(row)) != before:
        yield f"digest={after['time']} {after['timezone']}"
    if after != before or (row.next_due_at is None and _reads_daily(user)):
        _settle(row, now)


def _reads_daily(user: User) -> bool:
    return ChannelPreference.objects.filter(user=user, email_mode=ChannelPreference.Mode.DAILY).exists()


def _settle(row: DigestSchedule, now: datetime) -> None:
    due = row.next_due_at
    if due is None or not schedule.is_occurrence(row.time, row.zone, due):
        row.next_due_at = schedule.next_after_mail(row.time, row.zone, now, row.mailed_at)
    if row.window_start is None:
        row.window_start = schedule.previous_due(row.time, row.zone, row.next_due_at)
    row.save()
