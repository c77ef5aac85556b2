"""How uvicorn speaks to live sockets: a page that takes nothing is cut off, together with what waits for it.

uvicorn ends every connection by ``transport.close()``, which waits until the peer has taken all that was written: of a
page that never reads it would keep the socket and its buffers for good.
"""

import asyncio
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import OPEN

PATIENCE = 10


class Letters:
    """What a page says, for its one reader; an ``asyncio.Queue`` can do more, and takes 3 KB a page."""

    __slots__ = ("_awaited", "_kept")

    def __init__(self) -> None:
        self._kept: list[Any] = []
        self._awaited: asyncio.Future[None] | None = None

    def put_nowait(self, letter: Any) -> None:
        """Keep it, and wake who waits."""
        self._kept.append(letter)
        if self._awaited is not None and not self._awaited.done():
            self._awaited.set_result(None)

    async def get(self) -> Any:
        """The oldest one."""
        while not self._kept:
            self._awaited = asyncio.get_running_loop().create_future()
            await self._awaited
        return self._kept.pop(0)

    def empty(self) -> bool:
        """Whether there is none."""
        return not self._kept


class LiveProtocol(WebSocketsSansIOProtocol):
    """Aborts a connection whose buffer stayed full for ``PATIENCE`` seconds, or whose pong does not come."""

    _cut: asyncio.TimerHandle | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queue = Letters()  # type: ignore[assignment]

    def handle_connect(self, event: Request) -> None:
        """Offer ``write`` to the page."""
        super().handle_connect(event)
        if not self.close_sent:
            self.scope["extensions"]["notifcenter"] = {"write": self.write}

    def start_keepalive(self) -> None:
        """The page is let in: what only its handshake needed is let go."""
        super().start_keepalive()
        self.request.headers.clear()
        self.response.headers.clear()

    def write(self, text: str) -> bool:
        """Send a frame at once, if ``send`` would not have to wait either."""
        if not self.writable.is_set() or self.conn.state is not OPEN or self.transport.is_closing():
            return False
        self.conn.send_text(text.encode())
        self.transport.write(b"".join(self.conn.data_to_send()))
        return True

    def pause_writing(self) -> None:
        """The buffer is full: the clock starts."""
        super().pause_writing()
        self._cut = self.loop.call_later(PATIENCE, self.transport.abort)

    def resume_writing(self) -> None:
        """The page has read on."""
        self._calm()
        super().resume_writing()

    def keepalive_timeout(self) -> None:
        """The page does not answer: nobody is there to take what waits."""
        super().keepalive_timeout()
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Gone, by whichever side."""
        self._calm()
        super().connection_lost(exc)

    def _calm(self) -> None:
        if self._cut is not None:
            self._cut.cancel()
            self._cut = None
