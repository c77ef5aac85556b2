"""The live socket: hello, what was missed, then everything as it happens, each cursor once and in order."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from channels_app.live import frames, open_pages
from channels_app.live.lookups import Lookups
from channels_app.live.page_status import StatusSharing
from channels_app.live.visitor import Handshake, Person
from notifcenter.models import Inbox
from notifcenter.plain_number import plain_number

logger = logging.getLogger(__name__)
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
QUEUE_LIMIT = 1000
SIGNED_OUT, TOO_SLOW, INTERNAL_ERROR = 4401, 4008, 1011


@dataclass(slots=True)
class QueuedFrame:
    """With a cursor it is sent in that order, without one as it comes, but after all that is up to ``after``."""

    text: str
    cursor: int | None = None
    after: int = 0


class LiveConsumer(AsyncWebsocketConsumer):
    """One open page. A frame whose turn it is goes out at once; the pump runs only while one must wait."""

    person: Person
    pump: asyncio.Task[None] | None = None
    is_open = False
    last_sent = 0

    def __init__(self, lookups: Lookups, statuses: StatusSharing) -> None:
        super().__init__()
        self.lookups, self.statuses = lookups, statuses
        self.page = object()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Live in one task: channels would keep a second one for a channel layer, whose part the hub has."""
        self.scope, self.base_send = scope, send
        offered = scope.get("extensions") or {}
        self.write = offered.get("notifcenter", {}).get("write", _cannot_write)
        with suppress(StopConsumer):
            while True:
                await self.dispatch(await receive())

    async def connect(self) -> None:
        """Let in a person of this site, or a good token from anywhere."""
        handshake = Handshake.of(self.scope)
        self.scope["headers"].clear()  # 2 KB that the page would keep as long as it is open
        if not handshake.protocol and not handshake.is_from_this_site:
            return await self.close()
        person = await self.lookups.person(handshake)
        await self.accept(handshake.protocol)
        if person is None:
            return await self.close(SIGNED_OUT)
        self.person, self.is_open = person, True
        person.readable = "1" in self._query("readable")
        self.queued: list[QueuedFrame] = []
        open_pages.add(self)
        self._start_pump(self._greet)

    async def disconnect(self, code: int) -> None:
        """Forget the page."""
        if self.is_open:
            self._forget()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take down what a page says of its person; whatever else it sends is left out."""
        if self.is_open and (reported := frames.page_status(text_data or "")):
            status, on = reported
            self.statuses.report(status, self.person.pk, self.page, on=on)

    def queue_change(self, cursor: int, text: str) -> None:
        """Send a frame that raises the cursor, in its turn."""
        self._queue(QueuedFrame(text, cursor))

    def catch_up(self, cursor: int) -> None:
        """Read what leads to that cursor from the database."""
        if cursor > self.last_sent or self.pump is not None:
            self._queue(QueuedFrame("", after=cursor))

    def queue_frame(self, text: str) -> None:
        """Send a frame without a cursor."""
        self._queue(QueuedFrame(text))

    def heartbeat(self, latest: Inbox) -> None:
        """Send the latest cursor and count, after what leads to it."""
        self._queue(QueuedFrame(frames.encode(frames.latest("head", latest)), after=latest.revision))

    def sign_out(self) -> None:
        """Close: the person is signed out."""
        self._leave(SIGNED_OUT)

    def _queue(self, frame: QueuedFrame) -> None:
        if self.pump is None and self._is_next(frame) and self.write(frame.text):
            self.last_sent = frame.cursor or self.last_sent
        elif len(self.queued) < QUEUE_LIMIT:
            self.queued.append(frame)
            if self.pump is None:
                self._start_pump(self._send_queued)
        else:
            self._leave(TOO_SLOW)

    def _is_next(self, frame: QueuedFrame) -> bool:
        return frame.cursor in (None, self.last_sent + 1) and frame.after <= self.last_sent

    def _start_pump(self, work: Callable[[], Awaitable[None]]) -> None:
        self.pump = asyncio.create_task(self._run(work))

    async def _run(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
            self.pump = None
        except Exception as error:
            logger.warning("a page is asked to come again, it catches up by its cursor: %s", error)
            self._leave(INTERNAL_ERROR)

    async def _greet(self) -> None:
        hello, latest = await self.lookups.hello(self.person)
        await self.send(frames.encode(hello))
        self.last_sent = latest.revision
        if given := self._query("cursor"):
            await self._replay(_as_cursor(given[-1]))
        await self._send_queued()

    def _query(self, name: str) -> list[str]:
        return parse_qs(self.scope["query_string"].decode("latin-1")).get(name, [])

    async def _send_queued(self) -> None:
        while self.queued:
            frame = self.queued.pop(0)
            if frame.after > self.last_sent or (frame.cursor or 0) > self.last_sent + 1:
                await self._replay(self.last_sent)
            if frame.text and self._is_next(frame):
                await self.send(frame.text)
                self.last_sent = frame.cursor or self.last_sent

    async def _replay(self, cursor: int) -> None:
        missed, latest = await self.lookups.missed((self.person, cursor))
        for frame in missed:
            await self.send(frame)
        self.last_sent = latest

    def _leave(self, code: int) -> None:
        self._forget()
        self.leaving = asyncio.create_task(self.close(code))

    def _forget(self) -> None:
        open_pages.remove(self)
        self.statuses.left(self.person.pk, self.page)
        if self.pump is not None:
            self.pump.cancel()


def _cannot_write(text: str) -> bool:
    """Where the server cannot write at once, every frame goes through the pump."""
    return False


def _as_cursor(raw: str) -> int:
    cursor = plain_number(raw)
    return -1 if cursor is None else cursor
