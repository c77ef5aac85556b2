"""The bridge from the one process's loop to Django: a request crosses to a thread once, whole, and back."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any, cast

from a2wsgi.wsgi import build_environ

from channels_app.live.batching import BatchLoader
from channels_app.live.off_loop import Executor
from notifcenter.config.quick_path import QuickPath
from notifcenter.config.whole_body import BODY_MAX, IS_WHOLE, WholeBody

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Head = dict[str, Any]
Environ = dict[str, Any]
Response = tuple[Head, bytes]


class ClientGone(Exception):
    """The caller went away before the body was complete."""


class Bridge:
    """Serves WSGI in a fixed pool of threads, each with its own connection to the database.

    Requests that the quick path may take go to one thread more, all that wait in one go: there and back once for all of
    them, and they share a transaction.
    """

    def __init__(self, quick_path: QuickPath, threads: int) -> None:
        self._quick_path, self._application = quick_path, WholeBody(quick_path.usual)
        self._free: asyncio.LifoQueue[ThreadPoolExecutor] = asyncio.LifoQueue()
        for _ in range(threads):
            self._free.put_nowait(ThreadPoolExecutor(1, thread_name_prefix="http"))
        self._together: BatchLoader[Environ, Any] = BatchLoader(quick_path.respond, Executor(1, "quick"))

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Handle a request; of one whose body ends early nothing is done."""
        try:
            body = await _body(receive)
        except ClientGone:
            return
        environ = cast(Environ, build_environ(cast(Any, scope), cast(Any, BytesIO(body)))) | {IS_WHOLE: True}
        head, content = await self._quick(environ) or await self._run(environ)
        await send({"type": "http.response.start"} | head)
        await send({"type": "http.response.body", "body": content})

    async def _quick(self, environ: Environ) -> Response | None:
        if not self._quick_path.may_take(environ):
            return None
        response = await self._together(environ)
        return response and (_head(*response[:2]), response[2])

    async def _run(self, environ: Environ) -> Response:
        thread = await self._free.get()  # the one used last: its connection has the hot pages cached
        try:
            return await asyncio.get_running_loop().run_in_executor(thread, self._respond, environ)
        finally:
            self._free.put_nowait(thread)

    def _respond(self, environ: Environ) -> Response:
        head: Head = {}

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
            head.update(_head(status, headers))

        chunks = self._application(environ, start_response)
        try:
            return head, b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()


def _head(status: str, headers: Sequence[tuple[str, str]]) -> Head:
    lines = [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in headers]
    return {"status": int(status[:3]), "headers": lines}


async def _body(receive: Receive) -> bytes:
    """The body, or of one too long as much as shows that it is. Raises ClientGone."""
    body, more = bytearray(), True
    while more and len(body) <= BODY_MAX:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)
