"""The resolver: what a person's choices make of a notification. Planning, sending, the page and the API ask it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import ChannelPreference
from notifcenter.channel import Channel
from notifcenter.models import State


@dataclass(frozen=True)
class Decision:
    """What becomes of a delivery: its State, and why (a code of ``notifcenter.reasons``)."""

    state: str
    reason: str = ""


def resolve(person: Any, preference: ChannelPreference | None, channels: Iterable[Channel]) -> dict[str, Decision]:
    """The decision for each channel code, by what this person chose for one provider. Pure.

    Of the person it reads ``is_active``, ``receive_notifications`` and what the channels name in ``closed_by`` and
    ``requires``: a User, or an object with these attributes.
    """
    return {channel.code: _decide(person, preference, channel) for channel in channels}


def without_address(channel: Channel) -> Decision:
    """What becomes of it where somebody wants it but has no address for it."""
    return Decision(State.SKIPPED, "no_device" if channel.needs_device else "no_address")


def is_on(preference: ChannelPreference | None, channel: Channel) -> bool:
    """Whether the box of this channel is ticked; without a choice it is."""
    return channel.always_on or preference is None or preference.channels.get(channel.code, True)


def mode_of(preference: ChannelPreference | None) -> str:
    """The mail mode; without a choice, at once."""
    return (preference and preference.email_mode) or ChannelPreference.Mode.INSTANT


def _decide(person: Any, preference: ChannelPreference | None, channel: Channel) -> Decision:
    if channel.always_on:
        return Decision(State.SENT, "always")
    if reason := _skip_reason(person, preference, channel):
        return Decision(State.SKIPPED, reason)
    if channel.follows_daily and mode_of(preference) == ChannelPreference.Mode.DAILY:
        return Decision(State.DIGEST, "daily")
    return Decision(State.PENDING)


def _skip_reason(person: Any, preference: ChannelPreference | None, channel: Channel) -> str:
    if not person.is_active:
        return "inactive"
    if not person.receive_notifications:
        return "master_off"
    closed = (reason for field, reason in channel.closed_by.items() if getattr(person, field))
    lacking = (reason for field, reason in channel.requires.items() if not getattr(person, field))
    if not is_on(preference, channel):
        return next(closed, "channel_off")
    return next(closed, "") or next(lacking, "")
