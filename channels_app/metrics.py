"""What Prometheus is told: what this process has counted, and the queues as the database has them at the scrape."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import REGISTRY, GaugeMetricFamily
from prometheus_client.registry import Collector

from channels_app.delivery import fanout
from channels_app.queue.circuit_breaker import breaker
from notifcenter.channel import all_channels
from notifcenter.models import Delivery, FanoutPart, State, WebhookCall

WEBHOOK = "webhook"


def process() -> bytes:
    """The counters of this process, in Prometheus's text format."""
    return generate_latest(REGISTRY)


def everything() -> bytes:
    """The same, and the queues, which all processes share."""
    return process() + generate_latest(_shared)


class OpenHosts(Collector):
    """Hosts that are let rest because they failed, as this process knows them."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One sample a host."""
        family = GaugeMetricFamily("notifcenter_breaker_open", "Hosts that rest now.", labels=["channel", "host"])
        for channel, host in breaker.open_hosts():
            family.add_metric([channel, host], 1)
        yield family


class Queues(Collector):
    """Depth and age of the queues, by their partial indexes: what is finished is never looked at."""

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing: registering must not ask the database."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Three samples a queue."""
        now = timezone.now()
        queues = _queues(now)
        depth = GaugeMetricFamily("notifcenter_queue_depth", "Rows that are not finished.", labels=["channel"])
        due = GaugeMetricFamily("notifcenter_queue_due", "Rows that are due and in nobody's hands.", labels=["channel"])
        age = GaugeMetricFamily(
            "notifcenter_queue_oldest_due_seconds", "Age of the oldest of them.", labels=["channel"]
        )
        for channel, row in queues.items():
            depth.add_metric([channel], row.get("depth", 0))
            due.add_metric([channel], row.get("due", 0))
            age.add_metric([channel], (now - row["oldest"]).total_seconds() if row.get("oldest") else 0)
        yield from (depth, due, age)


def _queues(now: datetime) -> Mapping[str, dict[str, Any]]:
    is_due = Q(due_at__lte=now)
    asked = {"depth": Count("*"), "due": Count("due_at", filter=is_due), "oldest": Min("due_at", filter=is_due)}
    empty: dict[str, dict[str, Any]] = {channel.code: {} for channel in all_channels() if not channel.always_on}
    pending = Delivery.objects.filter(state=State.PENDING, channel__in=empty)
    found: Any = pending.order_by().values("channel").annotate(**asked)
    calls = WebhookCall.objects.filter(state=State.PENDING).aggregate(**asked)
    parts = FanoutPart.objects.aggregate(depth=Count("*"), due=Count("*"), oldest=Min("created_at"))
    return empty | {row["channel"]: row for row in found} | {WEBHOOK: calls, fanout.CODE: parts}


REGISTRY.register(OpenHosts())
_shared = CollectorRegistry()
_shared.register(Queues())
