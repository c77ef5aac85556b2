"""Bulk preference lookup: the resolver for many people at once, and their devices, in one query."""

import json
from collections.abc import Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, cast

from django.db import models

from accounts.models import ChannelPreference, User
from accounts.preferences import resolve
from accounts.preferences.resolve import Decision
from notifcenter.channel import Channel, all_channels
from notifcenter.database import prepared
from notifcenter.models import Provider

OWN = ("is_active", "receive_notifications")
CHOSEN = """
    SELECT person.id, device.channel, device.id, chosen.channels, chosen.email_mode, {facts}
    FROM accounts_user person
    LEFT JOIN accounts_channelpreference chosen ON chosen.user_id = person.id AND chosen.provider_id = %s
    LEFT JOIN accounts_device device ON device.user_id = person.id AND device.active
    WHERE person.id IN ({users}) ORDER BY device.id"""
"""A row for each active device of theirs, or one without. Of each fact only whether it is set, so that people are alike
and share a decision."""

Decisions = dict[int, dict[str, Decision]]
"""By user id and channel code."""
Devices = dict[str, dict[int, list[int]]]
"""Ids of active devices, by channel code and user id."""


def decisions(user_ids: Sequence[int], provider: Provider) -> Decisions:
    """``resolve`` for many people at once; people who chose alike share one (read-only) answer."""
    return decisions_and_devices(user_ids, provider)[0]


def decisions_and_devices(user_ids: Sequence[int], provider: Provider) -> tuple[Decisions, Devices]:
    """The ``decisions``, and the devices of these people, in the same query."""
    decided: Decisions = {}
    devices: Devices = {}
    channels = tuple(all_channels())
    for user, channel, device, *values in _rows(user_ids, provider, channels):
        decided[user] = _resolved(channels, tuple(values))
        if device is not None:
            devices.setdefault(channel, {}).setdefault(user, []).append(device)
    return decided, devices


def _rows(user_ids: Sequence[int], provider: Provider, channels: tuple[Channel, ...]) -> list[Any]:
    if not user_ids:
        return []
    facts = ", ".join(map(_is_set, _facts(channels)))
    statement = CHOSEN.format(facts=facts, users=", ".join(["%s"] * len(user_ids)))
    return prepared.rows(statement, [provider.pk, *user_ids])


@lru_cache(maxsize=10_000)
def _resolved(channels: tuple[Channel, ...], values: tuple[Any, ...]) -> dict[str, Decision]:
    chosen, mode, *facts = values
    preference = None if chosen is None else ChannelPreference(channels=json.loads(chosen), email_mode=mode)
    person = SimpleNamespace(**dict(zip(_facts(channels), facts, strict=True)))
    return resolve.resolve(person, preference, channels)


@lru_cache(maxsize=100)
def _facts(channels: tuple[Channel, ...]) -> tuple[str, ...]:
    """The fields of a person that decide, each once."""
    named = (field for channel in channels for field in (*channel.closed_by, *channel.requires))
    return tuple(dict.fromkeys((*OWN, *named)))


@lru_cache(maxsize=100)
def _is_set(name: str) -> str:
    """The SQL condition that is as true as the field's value in Python."""
    field = cast("models.Field[Any, Any]", User._meta.get_field(name))
    column = f"person.{field.column}"
    if isinstance(field, models.BooleanField):
        return column
    return f"{column} <> ''" if isinstance(field, models.CharField | models.TextField) else f"{column} IS NOT NULL"
