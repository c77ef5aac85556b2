"""Changes of a person's choices: all of them or none, and only what differs from what stands becomes a choice."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from django.db import transaction

from accounts.models import ChannelPreference, User
from accounts.preferences import digest_hour, pages
from accounts.preferences.resolve import is_on, mode_of
from accounts.preferences.values import check_channel, show_hour
from notifcenter.channel import all_channels
from notifcenter.models import Provider

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ProviderChanges:
    """What is chosen for one provider: channels on or off by code, and a mail mode ("": as it is).

    Raises ValidationError for a channel that there is not, or that cannot be switched off.
    """

    provider: Provider
    channels: Mapping[str, bool] = field(default_factory=dict)
    email_mode: str = ""

    def __post_init__(self) -> None:
        for code, on in self.channels.items():
            check_channel(code, on=on)


@dataclass(frozen=True)
class Changes:
    """What is chosen; None, or a provider that is not named, stays as it is."""

    receive_notifications: bool | None = None
    quiet_while_active: bool | None = None
    mail_off: bool | None = None
    language: str | None = None
    digest_time: time | None = None
    digest_timezone: str | None = None
    providers: Sequence[ProviderChanges] = ()
    pages: Mapping[str, Any] = field(default_factory=dict)


OWN = ("receive_notifications", "quiet_while_active", "mail_off", "language")
"""Choices that are columns of the person."""


def change(user: User, wanted: Changes, now: datetime) -> list[str]:
    """Take over what is wanted, and give what this changed, as ``name=value``; ``user`` then has it too."""
    with transaction.atomic():
        user.refresh_from_db(fields=[*OWN, "timezone"], from_queryset=User.objects.select_for_update())
        changed = _change_own(user, wanted)
        changed += _change_providers(user, wanted.providers)
        changed += _change_digest(user, wanted, now)
        changed += pages.change(user, wanted.pages)
    if changed:
        logger.info("user %s chose: %s", user.pk, ", ".join(changed))
    return changed


def _change_own(user: User, wanted: Changes) -> list[str]:
    values = {name: getattr(wanted, name) for name in OWN}
    differing = {name: value for name, value in values.items() if value not in (None, getattr(user, name))}
    for name, value in differing.items():
        setattr(user, name, value)
    if differing:
        user.save(update_fields=list(differing))
    return [f"{name}={value}" for name, value in differing.items()]


def _change_providers(user: User, providers: Iterable[ProviderChanges]) -> list[str]:
    wanted = {entry.provider.pk: entry for entry in providers}
    rows = {row.provider_id: row for row in ChannelPreference.objects.filter(user=user, provider__in=wanted)}
    changed = []
    for pk, entry in wanted.items():
        row = rows.get(pk) or ChannelPreference(user=user, provider=entry.provider)
        if differing := _change_row(row, entry):
            row.save()
            changed.append(f"{entry.provider.code} ({', '.join(differing)})")
    return changed


def _change_row(row: ChannelPreference, wanted: ProviderChanges) -> list[str]:
    boxes = {channel.code: is_on(row, channel) for channel in all_channels()}
    differing = {code: on for code, on in wanted.channels.items() if on != boxes[code]}
    row.channels |= differing
    changed = [f"{code}={on}" for code, on in differing.items()]
    if wanted.email_mode and wanted.email_mode != mode_of(row):
        row.email_mode = wanted.email_mode
        changed.append(f"email_mode={wanted.email_mode}")
    return changed


def _change_digest(user: User, wanted: Changes, now: datetime) -> list[str]:
    if not digest_hour.choose(user, wanted.digest_time, wanted.digest_timezone, now):
        return []
    row = digest_hour.schedule_of(user)
    return [f"digest={show_hour(row.time)} {row.zone.key}"]
