"""The one process's broker: kombu's in memory, whose consumers sleep on a condition until a message comes.

kombu's own polls its queues: 50 times a second costs CPU, once a second delays every wake-up.
"""

import threading
from queue import Empty

from kombu.transport import memory

_arrived = threading.Event()


class Channel(memory.Channel):
    """A channel whose messages wake the consumers."""

    def _put(self, queue: str, message: object, **options: object) -> None:
        super()._put(queue, message, **options)
        _arrived.set()

    def _put_fanout(self, exchange: str, message: object, routing_key: object = None, **options: object) -> None:
        super()._put_fanout(exchange, message, routing_key, **options)
        _arrived.set()


class Transport(memory.Transport):
    """Waits on a condition instead of polling."""

    Channel = Channel

    def drain_events(self, connection: object, timeout: float | None = None, **options: object) -> None:
        """Deliver one message; raises TimeoutError where none came in time."""
        while True:
            _arrived.clear()
            try:
                return self.cycle.get(self._deliver, timeout=timeout)  # type: ignore[attr-defined]
            except Empty:
                if not _arrived.wait(timeout):
                    raise TimeoutError from None
