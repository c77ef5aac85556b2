"""The one process's broker: kombu's in memory, but whoever waits for a message sleeps until one comes.

kombu's own looks into its queues at an interval: 50 times a second costs CPU, once a second delays every bell.
"""

import threading
from queue import Empty
from typing import Any

from kombu.transport import memory

_arrived = threading.Event()


class Channel(memory.Channel):
    """Wakes who waits."""

    def _put(self, queue: str, message: Any, **options: Any) -> None:
        super()._put(queue, message, **options)
        _arrived.set()

    def _put_fanout(self, exchange: str, message: Any, routing_key: Any = None, **options: Any) -> None:
        super()._put_fanout(exchange, message, routing_key, **options)
        _arrived.set()


class Transport(memory.Transport):
    """Waits on a condition."""

    Channel = Channel

    def drain_events(self, connection: Any, timeout: float | None = None, **options: Any) -> None:
        """Hand over one message; as kombu's others, TimeoutError says that none came."""
        while True:
            _arrived.clear()
            try:
                return self.cycle.get(self._deliver, timeout=timeout)  # type: ignore[attr-defined]
            except Empty:
                if not _arrived.wait(timeout):
                    raise TimeoutError from None
