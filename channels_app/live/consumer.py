"""The live socket: hello, what was missed, then everything as it happens, each cursor once and in order."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from channels_app.live import frames, open_pages, page_state
from channels_app.live.batching import BatchLoader
from channels_app.live.off_loop import run_in_executor
from channels_app.live.presence_updates import presence_tracker
from channels_app.live.visitor import Handshake, Person, by_session, by_tokens
from notifcenter.inbox import replay
from notifcenter.inbox.replay import Missed
from notifcenter.models import Inbox

logger = logging.getLogger(__name__)
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
REPLAYED = 200
WAITING = 1000
BAD_TOKEN, TOO_SLOW, TROUBLE = 4401, 4008, 1011


@dataclass(slots=True)
class Waiting:
    """A frame: with a cursor it is sent in that order, without one as it comes, after all that is up to ``head``."""

    text: str
    cursor: int | None = None
    head: int = 0


class LiveConsumer(AsyncWebsocketConsumer):
    """One open page. A frame whose turn it is goes out at once; the pump runs only while one must wait."""

    person: Person
    pump: asyncio.Task[None] | None = None
    listens = False
    seen = 0

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Live in one task: channels would keep a second one for a channel layer, which the hub stands in for."""
        self.scope, self.base_send = scope, send
        offered = scope.get("extensions") or {}
        self.write = offered.get("notifcenter", {}).get("write", _not_at_once)
        with suppress(StopConsumer):
            while True:
                await self.dispatch(await receive())

    async def connect(self) -> None:
        """Let in a person of this site, or a good token from anywhere."""
        knock = Handshake.of(self.scope)
        self.scope["headers"].clear()  # 2 KB that the page would keep as long as it is open
        if not knock.protocol and not knock.is_from_this_site:
            return await self.close()
        person = await (_by_token(knock.protocol) if knock.protocol else run_in_executor(by_session, knock.cookie))
        await self.accept(knock.protocol)
        if person is None:
            return await self.close(BAD_TOKEN)
        self.person, self.listens = person, True
        self.waiting: list[Waiting] = []
        open_pages.add(self)
        self._start(self._greet)

    async def disconnect(self, code: int) -> None:
        """The page is gone."""
        if self.listens:
            self._part()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Pages have nothing to say here."""

    def offer(self, cursor: int, text: str) -> None:
        """Take a frame that raises the cursor."""
        self._take(Waiting(text, cursor))

    def tell(self, text: str) -> None:
        """Take a frame without a cursor."""
        self._take(Waiting(text))

    def stand(self, head: Inbox | None) -> None:
        """Take the heartbeat; None: whoever may not listen any more is shown out."""
        if head is None:
            self._leave(BAD_TOKEN)
        else:
            self._take(Waiting(frames.encode(frames.standing("head", head)), head=head.revision))

    def _take(self, frame: Waiting) -> None:
        if self.pump is None and self._is_next(frame) and self.write(frame.text):
            self.seen = frame.cursor or self.seen
        elif len(self.waiting) < WAITING:
            self.waiting.append(frame)
            if self.pump is None:
                self._start(self._pass_on)
        else:
            self._leave(TOO_SLOW)

    def _is_next(self, frame: Waiting) -> bool:
        return frame.cursor in (None, self.seen + 1) and frame.head <= self.seen

    def _start(self, work: Callable[[], Awaitable[None]]) -> None:
        self.pump = asyncio.create_task(self._run(work))

    async def _run(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
            self.pump = None
        except Exception as error:
            logger.warning("a page is asked to come again, it catches up by its cursor: %s", error)
            self._leave(TROUBLE)

    async def _greet(self) -> None:
        await presence_tracker.arrived(self.person.pk)
        hello, head = await _hello(self.person)
        await self.send(frames.encode(hello))
        asked = parse_qs(self.scope["query_string"].decode("latin-1")).get("cursor")
        self.seen = head.revision
        if asked:
            await self._replay(_as_cursor(asked[-1]))
        await self._pass_on()

    async def _pass_on(self) -> None:
        while self.waiting:
            frame = self.waiting.pop(0)
            if frame.head > self.seen or (frame.cursor or 0) > self.seen + 1:
                await self._replay(self.seen)
            if self._is_next(frame):
                await self.send(frame.text)
                self.seen = frame.cursor or self.seen

    async def _replay(self, cursor: int) -> None:
        missed, head = await _missed((self.person, cursor))
        for frame in missed:
            await self.send(frame)
        self.seen = head

    def _leave(self, code: int) -> None:
        self._part()
        self.leaving = asyncio.create_task(self.close(code))

    def _part(self) -> None:
        open_pages.remove(self)
        if self.pump is not None:
            self.pump.cancel()


def _not_at_once(text: str) -> bool:
    """Where the server cannot, every frame takes the way through the pump."""
    return False


def _all_missed(asked: Sequence[tuple[Person, int]]) -> list[tuple[list[str], int]]:
    missed = replay.since([(person.pk, cursor) for person, cursor in asked], REPLAYED)
    return [_as_frames(each, person) for each, (person, _cursor) in zip(missed, asked, strict=True)]


def _as_frames(missed: Missed, person: Person) -> tuple[list[str], int]:
    head = missed.latest
    if missed.too_many:
        return [frames.encode(frames.standing("reset", head))], head.revision
    return [frames.encode(frames.of_entry(entry, head.unread, person)) for entry in missed.entries], head.revision


def _as_cursor(raw: str) -> int:
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else -1


_by_token = BatchLoader(by_tokens)
_hello = BatchLoader(page_state.hellos)
_missed = BatchLoader(_all_missed)
