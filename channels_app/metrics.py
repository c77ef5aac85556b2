"""What Prometheus is told: what this process has counted, and the queues as the database has them at the scrape."""

from collections.abc import Iterator

from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import REGISTRY, GaugeMetricFamily
from prometheus_client.registry import Collector

from channels_app.queue.queue import queues


def process() -> bytes:
    """The counters of this process, in Prometheus's text format."""
    return generate_latest(REGISTRY)


def everything() -> bytes:
    """The same, and the queues, which all processes share."""
    return process() + generate_latest(_shared)


class OpenHosts(Collector):
    """Hosts that failed lately, as this process knows them: 1 while they are let alone, then 0."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One sample a host."""
        family = GaugeMetricFamily("notifcenter_breaker_open", "Hosts that rest now.", labels=["channel", "host"])
        for queue in queues():
            for host, is_open in queue.breaker.states().items():
                family.add_metric([queue.code, host], is_open)
        yield family


class Queues(Collector):
    """Depth and age of the queues, by their partial indexes: what is finished is never looked at."""

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing: registering must not ask the database."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Three samples a queue."""
        now = timezone.now()
        depth = GaugeMetricFamily("notifcenter_queue_depth", "Rows that are not finished.", labels=["channel"])
        due = GaugeMetricFamily("notifcenter_queue_due", "Rows that are due and not leased.", labels=["channel"])
        age = GaugeMetricFamily(
            "notifcenter_queue_oldest_due_seconds", "Age of the oldest of them.", labels=["channel"]
        )
        for queue in queues():
            waiting = queue.depth(now=now)
            depth.add_metric([queue.code], waiting.rows)
            due.add_metric([queue.code], waiting.due)
            age.add_metric([queue.code], (now - waiting.oldest).total_seconds() if waiting.oldest else 0)
        yield from (depth, due, age)


REGISTRY.register(OpenHosts())
_shared = CollectorRegistry()
_shared.register(Queues())
