"""The bus: what one process says, the hubs of all hear. Redis pub/sub, or a plain call within the one process.

A message is a hint: it may be lost, since every page catches up by its cursor. It never makes anybody wait.
"""

import json
import logging
import queue
import threading
from typing import Any

import redis
from django.conf import settings

logger = logging.getLogger(__name__)
CHANNEL = "notifcenter:live"
Message = dict[str, Any]


class RedisBus:
    """Publishes from a thread of its own, in order; drops what Redis cannot take in time."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
        self._waiting: queue.Queue[bytes] = queue.Queue(maxsize=10_000)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def send(self, message: Message) -> None:
        """Say it soon."""
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


class LocalBus:
    """Hands every message to this process's hub, as soon as there is one."""

    def send(self, message: Message) -> None:
        """Say it."""
        from channels_app.live.hub import hub  # the hub is only there where pages are served

        hub.hear(message)


_bus = RedisBus(settings.REDIS_URL) if settings.REDIS_URL else LocalBus()
send = _bus.send
