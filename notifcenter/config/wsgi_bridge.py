"""The bridge from the one process's loop to Django: a request crosses to a thread once, whole, and back."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any, cast

from a2wsgi.wsgi import build_environ

from notifcenter.config.whole_body import BODY_MAX, IS_WHOLE

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Head = dict[str, Any]


class ClientGone(Exception):
    """The caller went away before the body was complete."""


class Bridge:
    """Serves a WSGI application in a fixed pool of threads, each with its own connection to the database."""

    def __init__(self, application: Any, threads: int) -> None:
        self._application = application
        self._free: asyncio.LifoQueue[ThreadPoolExecutor] = asyncio.LifoQueue()
        for _ in range(threads):
            self._free.put_nowait(ThreadPoolExecutor(1, thread_name_prefix="http"))

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Handle a request; of one whose body ends early nothing is done."""
        try:
            body = await _body(receive)
        except ClientGone:
            return
        head, content = await self._run(scope, body)
        await send({"type": "http.response.start"} | head)
        await send({"type": "http.response.body", "body": content})

    async def _run(self, scope: dict[str, Any], body: bytes) -> tuple[Head, bytes]:
        thread = await self._free.get()  # the one used last: its connection has the hot pages cached
        try:
            return await asyncio.get_running_loop().run_in_executor(thread, self._respond, scope, body)
        finally:
            self._free.put_nowait(thread)

    def _respond(self, scope: dict[str, Any], body: bytes) -> tuple[Head, bytes]:
        head: Head = {}

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            lines = [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in headers]
            head.update(status=int(status[:3]), headers=lines)

        environ = build_environ(cast(Any, scope), cast(Any, BytesIO(body))) | {IS_WHOLE: True}
        chunks = self._application(environ, start_response)
        try:
            return head, b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()


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
