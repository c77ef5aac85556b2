"""A crowd of open pages in a process of its own, which notes when each frame came; the same client for every server."""

import asyncio
import base64
import multiprocessing
import resource
import time
from dataclasses import dataclass
from typing import Any, Self

from bench.tools.machine import Place, host_and_port

HANDSHAKE = "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{more}"
VERSION = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
KEY = base64.b64encode(bytes(16)).decode()
TEXT, PING, PONG = 1, 9, b"\x8a%c\0\0\0\0%b"
SECONDS, LOST = 60, 10


@dataclass(frozen=True)
class Endpoint:
    """Where a page connects, and with which headers."""

    place: Place
    path: str
    headers: str = ""


@dataclass(frozen=True)
class Call:
    """A request as bytes, HTTP or Redis's; the crowd waits until ``listeners`` pages heard a frame with ``mark``."""

    raw: bytes
    mark: bytes = b""
    listeners: int = 0


@dataclass(frozen=True)
class Timing:
    """Seconds from the call: until its answer, and until the last listener heard it; how many heard it."""

    answered: float
    heard: float
    listeners: int


class Crowd:
    """Commands to the process; they come back when it is done."""

    def __enter__(self) -> Self:
        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
        context = multiprocessing.get_context("spawn")
        self._pipe, other_end = context.Pipe()
        self._process = context.Process(target=_main, args=(other_end,), daemon=True)
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()

    def open(self, endpoints: list[Endpoint], mark: bytes = b"", each: int = 1, at_once: int = 100) -> float:
        """Open a page at each endpoint, so many at once; gives the seconds until every one was let in and heard
        ``each`` frames with ``mark``."""
        return float(self._ask("open", endpoints, mark, each, at_once))

    def send(self, place: Place, calls: list[Call], pause: float = 0.0) -> list[Timing]:
        """Make the calls one after the other over one connection, each once the last one is answered and heard."""
        timings: list[Timing] = self._ask("send", place, calls, pause)
        return timings

    def close(self) -> None:
        """Close every page."""
        self._ask("close")

    def _ask(self, *command: Any) -> Any:
        self._pipe.send(command)
        answer = self._pipe.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer


def bearer(token: str) -> str:
    """The header that carries a token."""
    return f"Authorization: Bearer {token}\r\n"


def http(path: str, headers: str, body: bytes, mark: bytes = b"", listeners: int = 0) -> Call:
    """A POST; each of ``headers`` ends with its line."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{headers}"
    return Call(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body, mark, listeners)


def get(path: str, headers: dict[str, str]) -> Call:
    """A GET."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return Call(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n".encode())


def redis(channel: str, body: bytes, mark: bytes = b"", listeners: int = 0) -> Call:
    """A PUBLISH."""
    parts = [b"PUBLISH", channel.encode(), body]
    return Call(b"*3\r\n" + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts), mark, listeners)


class _Page(asyncio.Protocol):
    def __init__(self, endpoint: Endpoint, here: "_Here") -> None:
        self._endpoint, self._here = endpoint, here
        self._data, self._open, self.marks = b"", False, 0

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        more = self._endpoint.headers + VERSION.format(key=KEY)
        transport.write(HANDSHAKE.format(path=self._endpoint.path, more=more).encode())

    def data_received(self, data: bytes) -> None:
        self._data += data
        if not self._open:
            head, end, rest = self._data.partition(b"\r\n\r\n")
            if not end:
                return
            assert head.startswith(b"HTTP/1.1 101"), head
            self._open, self._data = True, rest
            self._here.let_in(self)
        while (frame := self._frame()) is not None:
            self._here.hear(self, frame)

    def leave(self) -> None:
        self._transport.abort()

    def _frame(self) -> bytes | None:
        data = self._data
        size, start = (data[1] & 127 if len(data) > 1 else -1), 2
        if size >= 126:
            start = 4 if size == 126 else 10
            size = int.from_bytes(data[2:start]) if len(data) >= start else -1
        if size < 0 or len(data) < start + size:
            return None
        self._data, kind = data[start + size :], data[0] & 15
        if kind == PING:
            self._transport.write(PONG % (0x80 | size, data[start : start + size]))
        return data[start : start + size] if kind == TEXT else b""


class _Here:
    """The crowd itself."""

    def __init__(self) -> None:
        self.pages: list[_Page] = []
        self._mark, self._awaited, self._last = b"", 0, 0.0
        self._done = asyncio.Event()
        self._each = 0

    async def open(self, endpoints: list[Endpoint], mark: bytes, each: int, at_once: int) -> float:
        begun, gate = time.perf_counter(), asyncio.Semaphore(at_once)
        self._expect(mark, len(endpoints))
        self._each = each

        async def one(endpoint: Endpoint) -> None:
            async with gate:
                _transport, page = await loop.create_connection(
                    lambda: _Page(endpoint, self), *host_and_port(endpoint.place)
                )
                self.pages.append(page)

        loop = asyncio.get_running_loop()
        await asyncio.gather(*map(one, endpoints))
        try:
            await asyncio.wait_for(self._done.wait(), SECONDS)
        except TimeoutError:
            raise RuntimeError(f"{self._awaited} pages still wait") from None
        self._each = 0
        return self._last - begun

    async def send(self, place: Place, calls: list[Call], pause: float) -> list[Timing]:
        reader, writer = await asyncio.open_connection(*host_and_port(place))
        timings, lost = [], 0
        for call in calls:
            self._expect(call.mark, call.listeners)
            begun = time.perf_counter()
            writer.write(call.raw)
            await _answer(reader, line=call.raw.startswith(b"*"))
            answered = time.perf_counter()
            try:
                await asyncio.wait_for(self._done.wait(), 10 if call.listeners else 0)
            except TimeoutError:
                pass
            lost += bool(self._awaited)
            assert lost < LOST, f"{lost} calls were not heard by everybody"
            timings.append(Timing(answered - begun, self._last - begun, call.listeners - self._awaited))
            await asyncio.sleep(pause)
        writer.close()
        return timings

    async def close(self) -> None:
        for page in self.pages:
            page.leave()
        self.pages = []

    def let_in(self, page: _Page) -> None:
        if self._each and not self._mark:
            self._count()

    def hear(self, page: _Page, frame: bytes) -> None:
        if not self._mark or self._mark not in frame:
            return
        page.marks += 1
        if page.marks == self._each or not self._each:
            self._count()

    def _expect(self, mark: bytes, listeners: int) -> None:
        self._mark, self._awaited = mark, listeners
        self._done.clear()

    def _count(self) -> None:
        self._awaited -= 1
        self._last = time.perf_counter()
        if not self._awaited:
            self._done.set()


async def _answer(reader: asyncio.StreamReader, *, line: bool) -> None:
    if line:
        await reader.readline()
        return
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _before, _name, rest = head.partition(b"content-length:")
    content = await (reader.readexactly(int(rest.split(b"\r\n", 1)[0])) if rest else _chunks(reader))
    assert head.startswith(b"http/1.1 20"), head + content


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    content = b""
    while size := int(await reader.readline(), 16):
        content += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return content


def _main(pipe: Any) -> None:
    async def run() -> None:
        here, loop = _Here(), asyncio.get_running_loop()
        while True:
            name, *arguments = await loop.run_in_executor(None, pipe.recv)
            try:
                pipe.send(await getattr(here, name)(*arguments))
            except Exception as error:
                pipe.send(RuntimeError(repr(error)))

    asyncio.run(run())
