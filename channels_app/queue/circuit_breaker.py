"""A circuit breaker per destination: a host that is down is asked again every few seconds, not once per waiting row."""

import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from notifcenter.channel import Address, Outcome, TryLater

FAILURES = 5
PAUSE = 15


class Way(Protocol):
    """A way out that meets hosts which may be down: a channel, or the webhooks."""

    code: ClassVar[str]

    def host(self, address: Address) -> str:
        """The destination that may be down as a whole."""


@dataclass
class _Host:
    failures: int = 0
    closed_until: float | None = None


class Breaker:
    """Counts failures of whole hosts (``TryLater.host``); in this process, and forgotten with it.

    It counts by the monotonic clock, so that a step of the wall clock keeps nobody waiting.
    """

    def __init__(self) -> None:
        self._hosts: dict[tuple[str, str], _Host] = {}
        self._lock = threading.Lock()

    def opens_at(self, way: Way, address: Address, *, now: datetime) -> datetime | None:
        """When the host of this address may be asked again, or None: now. After the pause the first probes."""
        with self._lock:
            host = self._hosts.get((way.code, way.host(address)))
            if host is None or host.closed_until is None:
                return None
            wait = host.closed_until - time.monotonic()
            if wait > 0:
                return now + timedelta(seconds=wait)
            host.closed_until = time.monotonic() + PAUSE
            return None

    def note(self, way: Way, address: Address, outcome: Outcome) -> None:
        """Learn from an outcome: a host that answers anything is well."""
        key = (way.code, way.host(address))
        with self._lock:
            if not (isinstance(outcome, TryLater) and outcome.host):
                self._hosts.pop(key, None)
                return
            host = self._hosts.setdefault(key, _Host())
            host.failures += 1
            if host.failures >= FAILURES:
                host.closed_until = time.monotonic() + PAUSE

    def open_hosts(self) -> list[tuple[str, str]]:
        """The (channel, host) pairs that wait now."""
        with self._lock:
            return [key for key, host in self._hosts.items() if host.closed_until is not None]


breaker = Breaker()
