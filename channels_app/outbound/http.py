"""HTTP to other people's services: one event loop for the process, keep-alive, limits on what they can cost."""

import asyncio
import os
import socket
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from itertools import islice
from queue import SimpleQueue
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from channels_app.outbound.outcome import Answer, Forbidden, reference_time, retry_after
from notifcenter.channel import Failure, Outcome, Refused, TryLater, failure

if TYPE_CHECKING:
    import aiohttp
    from yarl import URL

DEADLINE_SECONDS = 10
ANSWER_BYTES = 4096
CONNECTIONS, CONNECTIONS_PER_HOST, LOOKUPS = 100, 16, 32
IN_FLIGHT = 2 * CONNECTIONS_PER_HOST
"""So many of a batch are begun before the first of them end: the others can still give way to urgent ones."""

T = TypeVar("T")
Job = Coroutine[Any, Any, Outcome]


class HttpClient:
    """Sends requests over keep-alive connections; ``allowed`` says whether a connection to an IP address may be opened.

    Redirects are not followed, no proxy and no cookie is used, and everything ends within ``deadline`` seconds.
    """

    def __init__(
        self, allowed: Callable[[str], bool] = lambda address: True, deadline: float = DEADLINE_SECONDS
    ) -> None:
        self._allowed, self._deadline = allowed, deadline
        self._lock = threading.Lock()
        self._process = 0
        self._loop: asyncio.AbstractEventLoop
        self._session: aiohttp.ClientSession

    def gather(self, jobs: Iterable[tuple[T, Job]]) -> Iterator[tuple[T, Outcome]]:
        """Run the coroutines side by side in the loop, and give (name, outcome) as each one ends; what they raise is
        an outcome too.

        ``jobs`` is drawn here, in the caller's thread: what it computes overlaps with what is being sent already. The
        first is handed over at once, then ever more together, as far as a host takes them side by side: two threads
        that take the interpreter from each other at every single job are slower than one.
        """
        ended: SimpleQueue[tuple[T, Outcome]] = SimpleQueue()
        waiting, size, remaining = 0, 1, iter(jobs)
        while group := list(islice(remaining, size)):
            self._start()
            asyncio.run_coroutine_threadsafe(_report_all(group, ended.put), self._loop)
            waiting, size = waiting + len(group), min(4 * size, CONNECTIONS_PER_HOST)
            while waiting > IN_FLIGHT - size:
                yield ended.get()
                waiting -= 1
        for _ in range(waiting):
            yield ended.get()

    def submit(self, job: Coroutine[Any, Any, T]) -> Future[T]:
        """Run one coroutine in the loop."""
        self._start()
        return asyncio.run_coroutine_threadsafe(job, self._loop)

    async def post(self, url: str, body: bytes, headers: dict[str, str], *, host: str) -> Answer:
        """POST and give the answer. Raises TryLater with ``host`` where none came, Refused where it must not be
        asked."""
        return await _answer(
            self._session.post(url, data=body, headers=headers, allow_redirects=False), host, ANSWER_BYTES
        )

    async def get(self, url: str, headers: dict[str, str], *, host: str, limit: int) -> Answer:
        """GET an address that is sent as it stands; of the answer at most ``limit`` bytes. Raises as ``post``."""
        return await _answer(self._session.get(_as_it_stands(url), headers=headers, allow_redirects=False), host, limit)

    def _start(self) -> None:
        """A forked worker starts a loop of its own: threads and sockets do not survive a fork."""
        with self._lock:
            if self._process == os.getpid():
                return
            self._loop = asyncio.new_event_loop()
            self._loop.set_default_executor(ThreadPoolExecutor(LOOKUPS, "outbound-dns"))
            threading.Thread(target=self._loop.run_forever, name="outbound", daemon=True).start()
            opening = asyncio.run_coroutine_threadsafe(self._open(), self._loop)
            self._session = opening.result()
            self._process = os.getpid()

    async def _open(self) -> "aiohttp.ClientSession":
        aiohttp: Any = _library()
        connector = aiohttp.TCPConnector(
            limit=CONNECTIONS, limit_per_host=CONNECTIONS_PER_HOST, socket_factory=self._socket
        )
        return aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=self._deadline, ceil_threshold=self._deadline),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )

    def _socket(self, address: Any) -> socket.socket:
        family, kind, protocol, _name, (host, *_rest) = address
        if not self._allowed(host):
            raise Forbidden
        return socket.socket(family, kind, protocol)


def _library() -> ModuleType:
    import aiohttp  # noqa: PLC0415  7 MB, not before something is sent

    return aiohttp


async def _answer(request: "AbstractAsyncContextManager[aiohttp.ClientResponse]", host: str, limit: int) -> Answer:
    try:
        async with request as response:
            raw = await _first_bytes(response, limit)
            after = retry_after(response.headers.get("Retry-After", ""), now=reference_time(response.headers))
            return Answer(response.status, raw.decode("utf-8", "replace"), after)
    except Exception as error:
        raise _unanswered(error, host) from error


def _as_it_stands(url: str) -> "URL":
    import yarl  # noqa: PLC0415  it comes with aiohttp

    return yarl.URL(url, encoded=True)


def _unanswered(error: Exception, host: str) -> Failure:
    """What it means that there was no answer."""
    aiohttp: Any = _library()
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, Forbidden):
        return Refused(str(error.os_error))
    if isinstance(error, aiohttp.InvalidURL):
        return Refused(f"No valid address: {error}")
    if isinstance(error, TimeoutError):
        return TryLater("It did not answer in time", host=host)
    if isinstance(error, aiohttp.ClientError | OSError):
        return TryLater(f"It could not be reached: {error}", host=host)
    return failure(error)


async def _report_all(jobs: Iterable[tuple[T, Job]], put: Callable[[tuple[T, Outcome]], None]) -> None:
    await asyncio.gather(*(_report(name, job, put) for name, job in jobs), return_exceptions=True)


async def _report(name: T, job: Job, put: Callable[[tuple[T, Outcome]], None]) -> None:
    try:
        put((name, await job))
    except Exception as error:
        put((name, failure(error)))
    except BaseException as error:
        put((name, TryLater(f"{type(error).__name__} while sending")))
        raise


async def _first_bytes(response: "aiohttp.ClientResponse", limit: int) -> bytes:
    """At most ``limit`` bytes; a connection with more to come is not kept."""
    raw = b""
    while len(raw) < limit and (chunk := await response.content.read(limit - len(raw))):
        raw += chunk
    if not response.content.at_eof():
        response.close()
    return raw
