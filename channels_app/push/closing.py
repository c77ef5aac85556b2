"""Closing pushes: what a push service may still queue, or a device still shows, is replaced by one that shows nothing.

Browsers allow few pushes that show nothing, and Apple's service none: then the next open page of ours in that browser
closes the notice (``push-worker.js``, "tidy").
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Device
from channels_app.models import ClosingPush
from channels_app.queue import wakeup
from notifcenter.models import Delivery

CODE = "closing"
A_DAY = timedelta(days=1)
A_DAY_MAX = 5
TTL = timedelta(seconds=60)


def close(sent: QuerySet[Delivery], *, now: datetime) -> None:
    """Take what these deliveries brought to devices off them again, inside the caller's transaction."""
    pairs = list(sent.order_by("pk").values_list("device", "notification"))
    allowed = _allowed({device for device, _notification in pairs}, now) if pairs else Counter[int]()
    rows = []
    for device, notification in pairs:
        if allowed[device] > 0:
            allowed[device] -= 1
            rows.append(ClosingPush(device_id=device, notification=notification, due_at=now, expires_at=now + TTL))
    ClosingPush.objects.bulk_create(rows)
    if rows:
        transaction.on_commit(partial(wakeup.wake, [CODE]), robust=True)


def _allowed(devices: Iterable[int], now: datetime) -> Counter[int]:
    """How many closing pushes each of these devices may still get today."""
    there = Device.objects.filter(pk__in=devices, active=True).values_list("pk", "address")
    allowed = Counter({pk: A_DAY_MAX for pk, address in there if not _is_of_apple(address)})
    lately = ClosingPush.objects.filter(device__in=devices, created_at__gt=now - A_DAY)
    allowed.subtract(lately.values_list("device", flat=True))
    return allowed


def _is_of_apple(address: str) -> bool:
    return (urlsplit(address).hostname or "").endswith(".push.apple.com")
