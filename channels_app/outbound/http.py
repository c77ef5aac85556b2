"""HTTP to push services: one event loop for the process, kept connections, and limits on what others may cost us."""

import asyncio
import os
import socket
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import aiohttp

DEADLINE = 10
LARGEST_ANSWER = 4096
CONNECTIONS, CONNECTIONS_PER_HOST, LOOKUPS = 100, 16, 32

T = TypeVar("T")


class Forbidden(OSError):
    """The connection would have gone to an address that is not allowed."""

    def __init__(self) -> None:
        super().__init__("This does not lead to an address of the open internet")


@dataclass(frozen=True)
class Answer:
    """What came back: ``text`` is at most the first 4 KB."""

    status: int
    text: str = ""
    retry_after: float | None = None


class HttpClient:
    """Sends POSTs with kept connections; ``allowed`` judges the IP address of every connection that is opened.

    Redirects are not followed, no proxy and no cookie is used, and everything ends within ``DEADLINE`` seconds.
    """

    def __init__(self, allowed: Callable[[str], bool] = lambda address: True) -> None:
        self._allowed = allowed
        self._lock = threading.Lock()
        self._process = 0
        self._loop: asyncio.AbstractEventLoop
        self._session: aiohttp.ClientSession

    def gather(self, jobs: Iterable[tuple[T, Coroutine[Any, Any, Any]]]) -> Iterator[tuple[T, Any]]:
        """Run the coroutines side by side in the loop, and give (name, result or exception) as each one ends.

        ``jobs`` is drawn here, in the caller's thread: what it computes overlaps with what is being sent already. The
        first is handed over at once, then ever more together, as far as a host takes them side by side: two threads
        that take the interpreter from each other at every single job are slower than one.
        """
        self._start()
        ended: SimpleQueue[tuple[T, Any]] = SimpleQueue()
        waiting, size, left = 0, 1, iter(jobs)
        while group := list(islice(left, size)):
            asyncio.run_coroutine_threadsafe(_report_all(group, ended.put), self._loop)
            waiting, size = waiting + len(group), min(4 * size, CONNECTIONS_PER_HOST)
        for _ in range(waiting):
            yield ended.get()

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        """POST and give the answer; raises TimeoutError or aiohttp.ClientError (its ``os_error`` may be Forbidden)."""
        async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as response:
            raw = await _first_bytes(response)
            asked = response.headers.get("Retry-After")
            after = retry_after(asked, now=datetime.now().timestamp()) if asked else None
            return Answer(response.status, raw.decode("utf-8", "replace"), after)

    def _start(self) -> None:
        """A forked worker starts a loop of its own: threads and sockets do not survive a fork."""
        with self._lock:
            if self._process == os.getpid():
                return
            self._loop = asyncio.new_event_loop()
            self._loop.set_default_executor(ThreadPoolExecutor(LOOKUPS, "push-dns"))
            threading.Thread(target=self._loop.run_forever, name="push", daemon=True).start()
            opening = asyncio.run_coroutine_threadsafe(self._open(), self._loop)
            self._session = opening.result()
            self._process = os.getpid()

    async def _open(self) -> "aiohttp.ClientSession":
        import aiohttp  # 7 MB, not before something is sent

        connector = aiohttp.TCPConnector(
            limit=CONNECTIONS, limit_per_host=CONNECTIONS_PER_HOST, socket_factory=self._socket
        )
        return aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=DEADLINE, ceil_threshold=DEADLINE),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )

    def _socket(self, address: Any) -> socket.socket:
        family, kind, protocol, _name, (host, *_rest) = address
        if not self._allowed(host):
            raise Forbidden
        return socket.socket(family, kind, protocol)


def retry_after(text: str, *, now: float) -> float | None:
    """Seconds to wait, from a Retry-After header: seconds or an HTTP date; None where it says neither."""
    if text.strip().isdecimal():
        return min(float(text), 86400.0)
    try:
        moment = parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(0.0, moment - now), 86400.0)


async def _report_all(jobs: Iterable[tuple[T, Awaitable[Any]]], put: Callable[[tuple[T, Any]], None]) -> None:
    await asyncio.gather(*(_report(name, job, put) for name, job in jobs), return_exceptions=True)


async def _report(name: T, job: Awaitable[Any], put: Callable[[tuple[T, Any]], None]) -> None:
    try:
        put((name, await job))
    except Exception as error:
        put((name, error))
    except BaseException as error:
        put((name, TimeoutError(f"{type(error).__name__} while sending")))
        raise


async def _first_bytes(response: "aiohttp.ClientResponse") -> bytes:
    """At most ``LARGEST_ANSWER`` bytes; a connection with more to come is not kept."""
    raw = b""
    while len(raw) < LARGEST_ANSWER and (chunk := await response.content.read(LARGEST_ANSWER - len(raw))):
        raw += chunk
    if not response.content.at_eof():
        response.close()
    return raw
