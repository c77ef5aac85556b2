"""A circuit breaker: a host that is down is asked again every few seconds, not once per waiting row."""

import threading
import time
from dataclasses import dataclass
from datetime import timedelta

from notifcenter.channel import Outcome, TryLater

FAILURES_IN_A_ROW = 5
PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 15, 300
FORGET_SECONDS = 3600


@dataclass
class _Host:
    failures: int = 0
    failed_at: float = 0
    open_until: float = 0


class CircuitBreaker:
    """Counts failures of whole hosts (``TryLater.host``) in a row; one of each queue and process, in memory.

    It counts by the monotonic clock, so that a step of the wall clock keeps nobody waiting.
    """

    def __init__(self) -> None:
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    def rest(self, host: str) -> timedelta:
        """How long this host is still let alone; zero: it may be asked."""
        with self._lock:
            return timedelta(seconds=self._rest(host))

    def admit(self, host: str) -> bool:
        """Let one attempt through, if the host may be asked. Of a host that was down it is the probe: until it has
        ended, or another pause has passed, no more are let through."""
        with self._lock:
            if self._rest(host):
                return False
            known = self._hosts.get(host)
            if known and known.open_until:
                known.open_until = time.monotonic() + PAUSE_SECONDS
            return True

    def note(self, host: str, outcome: Outcome) -> None:
        """Learn from an outcome: a host that answers anything is well. A down host may ask for a longer pause.

        An attempt without a host ("") is never held up by others.
        """
        if not host:
            return
        with self._lock:
            if not (isinstance(outcome, TryLater) and outcome.host):
                self._hosts.pop(host, None)
                return
            known = self._hosts.setdefault(host, _Host())
            known.failures, known.failed_at = known.failures + 1, time.monotonic()
            if known.failures >= FAILURES_IN_A_ROW:
                pause = max(PAUSE_SECONDS, min(outcome.after or 0, LONGEST_PAUSE_SECONDS))
                known.open_until = known.failed_at + pause

    def states(self) -> dict[str, bool]:
        """By host that failed within the last hour, whether it is let alone now."""
        with self._lock:
            recent = time.monotonic() - FORGET_SECONDS
            return {host: self._rest(host) > 0 for host, known in self._hosts.items() if known.failed_at > recent}

    def _rest(self, host: str) -> float:
        known = self._hosts.get(host)
        return max(0.0, known.open_until - time.monotonic()) if known else 0.0
