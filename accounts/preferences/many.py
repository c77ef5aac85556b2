"""What many people want of one provider, and their devices, in one query."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from accounts.models import ChannelPreference, User
from accounts.preferences import resolve
from accounts.preferences.resolve import Decision
from notifcenter.channel import all_channels
from notifcenter.database import prepared
from notifcenter.models import Provider

JUDGED = ("is_active", "receive_notifications", "mail_off", "mail_blocked", "email")
"""What ``preferences.resolve`` reads of a person."""

CHOSEN = """
    SELECT person.id, device.channel, device.id, chosen.channels, chosen.email_mode,
        is_active, receive_notifications, mail_off, mail_blocked,
        CASE WHEN person.email = '' THEN '' ELSE 'some@address' END
    FROM accounts_user person
    LEFT JOIN accounts_channelpreference chosen ON chosen.user_id = person.id AND chosen.provider_id = %s
    LEFT JOIN accounts_device device ON device.user_id = person.id AND device.active
    WHERE person.id IN ({users}) ORDER BY device.id"""
"""A row for each active device of theirs, or one without. The ``JUDGED`` fields come last; of the mail address only
whether there is one, so that people are alike."""

Devices = dict[str, dict[int, list[int]]]
"""Ids of active devices, by channel code and user."""


def wants(user_ids: Sequence[int], provider: Provider) -> dict[int, dict[str, Decision]]:
    """``preferences.resolve`` for many people at once; people who chose alike share one (read-only) answer."""
    return with_devices(user_ids, provider)[0]


def with_devices(user_ids: Sequence[int], provider: Provider) -> tuple[dict[int, dict[str, Decision]], Devices]:
    """What ``wants`` says, and the devices of these people, in the same query."""
    wanted: dict[int, dict[str, Decision]] = {}
    devices: Devices = {}
    for user, channel, device, *values in _chosen(user_ids, provider):
        wanted[user] = _resolved(tuple(values))
        if device is not None:
            devices.setdefault(channel, {}).setdefault(user, []).append(device)
    return wanted, devices


def _chosen(user_ids: Sequence[int], provider: Provider) -> list[Any]:
    if not user_ids:
        return []
    return prepared.rows(CHOSEN.format(users=", ".join(["%s"] * len(user_ids))), [provider.pk, *user_ids])


@lru_cache(maxsize=10_000)
def _resolved(values: tuple[Any, ...]) -> dict[str, Decision]:
    chosen, mode, *judged = values
    preference = None if chosen is None else ChannelPreference(channels=json.loads(chosen), email_mode=mode)
    return resolve.resolve(User(**dict(zip(JUDGED, judged, strict=True))), preference, all_channels())
