"""The live bus: what one process announces reaches the hubs of all, by Redis pub/sub or a call within the process.

A message is best-effort: it may be lost, since every page catches up by its cursor. Sending never waits.
"""

import atexit
import json
import logging
import queue
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

import redis
from django.conf import settings

logger = logging.getLogger(__name__)
CHANNEL = "notifcenter:live"
QUEUE_LIMIT = 10_000
EXIT_SECONDS = 2
Message = dict[str, Any]


class RedisBus:
    """Publishes from a thread of its own, in order; drops what Redis cannot take in time."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
        self._waiting: queue.Queue[bytes] = queue.Queue(maxsize=QUEUE_LIMIT)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        atexit.register(self._wait_until_sent)

    def send(self, message: Message) -> None:
        """Hand it to the thread; over ``QUEUE_LIMIT`` it is dropped."""
        try:
            self._waiting.put_nowait(json.dumps(message, ensure_ascii=False).encode())
        except queue.Full:
            logger.warning("the live bus is full, pages will catch up by their cursor")
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="bus", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            raw = self._waiting.get()
            try:
                self._redis.publish(CHANNEL, raw)
            except redis.RedisError as error:
                logger.warning("the live bus does not answer, pages will catch up by their cursor: %s", error)
            finally:
                self._waiting.task_done()

    def _wait_until_sent(self) -> None:
        """A command that publishes ends at once, and the thread with it."""
        with self._waiting.all_tasks_done:
            self._waiting.all_tasks_done.wait_for(lambda: not self._waiting.unfinished_tasks, EXIT_SECONDS)


class LocalBus:
    """Hands every message to the listener of this process, where there is one."""

    def send(self, message: Message) -> None:
        """Call the listener at once."""
        if _listener is not None:
            _listener(message)


def send(message: Message) -> None:
    """Send to every process that listens; never waits, never raises."""
    _bus(settings.REDIS_URL).send(message)


def listen(listener: Callable[[Message], None] | None) -> None:
    """Where there is no Redis, call ``listener`` for this process's messages from now on; None: nobody."""
    global _listener
    _listener = listener


@cache
def _bus(url: str) -> RedisBus | LocalBus:
    return RedisBus(url) if url else LocalBus()


_listener: Callable[[Message], None] | None = None
