"""What this process counts for Prometheus: deliveries, their time, requests, open sockets."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from prometheus_client import Counter, Gauge, Histogram

from notifcenter.models import Delivery, State
from notifcenter.publishing.sql import PlannedDeliveries

FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
SLOW = (0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 3600, 14400, 86400)

deliveries = Counter(
    "notifcenter_deliveries", "Deliveries that came to a state here; retry: an attempt in vain.", ["channel", "state"]
)
delivery_seconds = Histogram(
    "notifcenter_delivery_seconds",
    "From publication to hand-over; of the interface: to the sockets of this process.",
    ["channel"],
    buckets=SLOW,
)
request_seconds = Histogram(
    "notifcenter_request_seconds", "HTTP requests, publishing among them.", ["method", "route"], buckets=FAST
)
push_key_refused = Counter(
    "notifcenter_push_key_refused", "Batches in which a push service refused all devices with 403: our key is wrong."
)
open_sockets = Gauge("notifcenter_open_sockets", "Open live sockets of this process.")


def planned(entries: Sequence[PlannedDeliveries]) -> None:
    """Count deliveries that had ended when they were planned."""
    for entry in entries:
        if entry.finished_at:
            _ended(entry.channel, entry.state).inc(len(entry.to))


def written(row: Delivery, what: str, *, now: datetime) -> None:
    """Count what was just written of a delivery, and how long it took to hand it over."""
    deliveries.labels(row.channel, what).inc()
    if what == State.SENT:
        delivery_seconds.labels(row.channel).observe(max(0.0, (now - row.created_at).total_seconds()))


@cache
def _ended(channel: str, state: str) -> Counter:
    return deliveries.labels(channel, state)
