"""Devices: registered, moved, removed, and how their last push went."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from uuid6 import uuid7

from accounts.device_refusals import NO_REFUSALS
from accounts.models import Device, User
from notifcenter.channel import Address, Gone, Message, Refused, TryLater, channel_named
from notifcenter.models import SELF, Kind

DEVICES_MAX = 20
"""How many devices somebody may have."""


@dataclass(frozen=True)
class Registration:
    """A device as it registers: ``address`` is a Web Push endpoint with its ``keys``, or a token without."""

    channel: str
    transport: str
    address: str
    keys: dict[str, str] = field(default_factory=dict)
    name: str = ""


def register(user: Any, registration: Registration) -> tuple[Device, bool]:
    """The device at this address, now this user's, and whether it is new; a known address is updated and moves.

    Over ``DEVICES_MAX`` the one that is longest unused goes.
    """
    values = asdict(registration) | {"user": user, "active": True} | NO_REFUSALS
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)  # of two at once the second counts the first's
        device, new = Device.objects.update_or_create(address_digest=digest(registration.address), defaults=values)
        _forget_longest_unused(device)
    return device, new


def remove(user: Any, pk: int) -> bool:
    """Delete one of the user's devices; False when there is no such device of theirs."""
    return pk < 2**63 and bool(Device.objects.filter(user=user, pk=pk).delete()[0])


def addresses(users: Iterable[Any], channel: str) -> dict[int, list[Address]]:
    """Where these users take push of this channel, by user id."""
    by_user: dict[int, list[Address]] = {}
    for device in Device.objects.filter(user__in=users, channel=channel, active=True).order_by("pk"):
        by_user.setdefault(device.user_id, []).append(as_address(device))
    return by_user


def as_address(device: Device) -> Address:
    """A device as its channel takes it."""
    return Address(device.pk, {"transport": device.transport, "address": device.address, "keys": device.keys})


def test(device: Device) -> str:
    """Send a test to one device now; gives the push service's words where it was refused."""
    channel = channel_named(device.channel)
    if channel is None:
        return _("There is no such channel.")
    try:
        channel.send(_test_message(device.user), as_address(device))
    except Gone:
        return _("The device is no longer there. It was taken off the list.")
    except (Refused, TryLater) as error:
        return str(error)
    return ""


def forget(pks: Iterable[int]) -> None:
    """Delete devices that their push service no longer knows."""
    Device.objects.filter(pk__in=list(pks)).delete()


def note_sent(pks: Iterable[int], *, now: datetime) -> None:
    """Note that a push reached them."""
    Device.objects.filter(pk__in=list(pks)).update(last_used_at=now, last_error="", **NO_REFUSALS)


def note_error(pks: Iterable[int], why: str) -> None:
    """Note why a push did not reach them."""
    Device.objects.filter(pk__in=list(pks)).update(last_error=why[:500])


def digest(address: str) -> str:
    """SHA-256 of an address, in hex: it is unique and indexed in its place."""
    return hashlib.sha256(address.encode()).hexdigest()


def _forget_longest_unused(device: Device) -> None:
    others = Device.objects.filter(user=device.user_id).exclude(pk=device.pk)
    recent = others.order_by(Coalesce("last_used_at", "created_at").desc(), "-pk")
    forget(recent.values_list("pk", flat=True)[DEVICES_MAX - 1 :])


def _test_message(user: User) -> Message:
    return Message(
        id=str(uuid7()),
        delivery=0,
        user=user.pk,
        kind=Kind.MESSAGE,
        provider_code=SELF,
        provider_name="",
        provider_icon="",
        title=_("A test"),
        rows=(_("If you read this, push works on this device."),),
        url="/profile/#devices",
        created_at=int(timezone.now().timestamp()),
        language=user.language,
        timezone=user.timezone,
    )
