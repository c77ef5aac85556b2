"""Devices that their push service refuses with 403: inactive after three in a row, unless our own key is refused."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts import endpoints
from accounts.models import Device

LIMIT = 3
NO_REFUSALS = {"refusals": 0, "refused_since": None}
"""What a device is given that takes a push, or registers again."""


def note_refused(pks: Iterable[int], *, now: datetime) -> set[str]:
    """Count the refusals, a device's id for each; gives the services that refused several devices and took none since.

    There our key is wrong, and devices stay active; else who is refused for the third time becomes inactive.
    """
    times = Counter(pks)
    for pk, more in times.items():
        counted = {"refusals": F("refusals") + more, "refused_since": Coalesce("refused_since", now)}
        Device.objects.filter(pk=pk, refusals__lt=LIMIT).update(**counted)
    by_service: dict[tuple[str, str], list[Device]] = {}
    for device in Device.objects.filter(pk__in=list(times), refusals__gte=LIMIT):
        by_service.setdefault((device.transport, _service(device)), []).append(device)
    closed = set()
    for (transport, service), group in by_service.items():
        devices = Device.objects.filter(transport=transport, address__startswith=service)
        own_fault = _own_fault(devices, group)
        Device.objects.filter(pk__in=own_fault).update(active=False)
        if len(own_fault) < len(group):
            devices.filter(refusals__gte=LIMIT).exclude(pk__in=own_fault).update(active=True)
            closed.add(service or transport)
    return closed


def _own_fault(devices: QuerySet[Device], refused: list[Device]) -> list[int]:
    """Which of the refused are alone with it: nobody else was refused, or somebody got through since."""
    known: dict[str, Any] = devices.aggregate(newest=Max("last_used_at"), count=Count("pk", filter=Q(refusals__gt=0)))
    if known["count"] <= 1:
        return [device.pk for device in refused]
    newest = known["newest"]
    return [device.pk for device in refused if newest and device.refused_since and newest >= device.refused_since]


def _service(device: Device) -> str:
    """What the addresses of its push service begin with."""
    return f"{endpoints.origin(device.address)}/" if device.transport == Device.Transport.WEBPUSH else ""
