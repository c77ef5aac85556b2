"""A page that stays open through everything: it connects again with its cursor, as the SDK does."""

import threading
import time
from typing import Any

import httpx
from websockets.exceptions import WebSocketException

from tests.faults.estate import hexed
from tests.live import Socket


class OpenPage:
    """Keeps the ids it was told of; ``repeated`` are cursors that came twice or in disorder."""

    def __init__(self, product: Any, username: str) -> None:
        self.username = username
        self.ids: set[str] = set()
        self.repeated: list[int] = []
        self.connections = 0
        self._product, self._token = product, product.user_token(username)
        self._cursor: int | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Leave."""
        self._closing.set()
        self._thread.join(10)

    def _live(self) -> None:
        while not self._closing.is_set():
            try:
                with Socket(self._product.live_url, token=self._token, cursor=self._cursor) as socket:
                    self.connections += 1
                    self._listen(socket)
            except (OSError, WebSocketException, httpx.HTTPError, EOFError):
                time.sleep(0.2)

    def _listen(self, socket: Socket) -> None:
        while not self._closing.is_set():
            try:
                self._take(socket.receive(1))
            except TimeoutError:
                continue

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "hello" and self._cursor is None:
            self._cursor = frame["cursor"]
        elif frame["type"] == "reset":
            self._reload()
            self._cursor = frame["cursor"]
        elif frame["type"] == "notification":
            if self._cursor is not None and frame["cursor"] <= self._cursor:
                self.repeated.append(frame["cursor"])
            self._cursor = frame["cursor"]
            self.ids.add(hexed(frame["data"]["id"]))

    def _reload(self) -> None:
        with self._product.client(self._token) as client:
            url = "inbox/?limit=200"
            while url:
                answer = client.get(url).raise_for_status().json()
                self.ids |= {hexed(item["id"]) for item in answer["results"]}
                url = answer["next"]
