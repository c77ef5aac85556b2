"""How uvicorn speaks to live sockets: a page that reads nothing is disconnected, and its buffers are freed.

uvicorn ends every connection by ``transport.close()``, which waits until the peer has taken all that was written: of a
page that never reads it would hold the socket and its buffers for ever.
"""

import asyncio
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import OPEN

SLOW_READER_SECONDS = 10
BAD_HANDSHAKE = (
    b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: 67\r\n\r\n"
    b"The handshake cannot be read: its lines may have 8 KB at most each.\n"
)


class ReceiveQueue:
    """The events of one page for its one reader; an ``asyncio.Queue`` can do more, and takes 3 KB a page."""

    __slots__ = ("_awaited", "_events")

    def __init__(self) -> None:
        self._events: list[Any] = []
        self._awaited: asyncio.Future[None] | None = None

    def put_nowait(self, event: Any) -> None:
        """Append it, and wake the reader."""
        self._events.append(event)
        if self._awaited is not None and not self._awaited.done():
            self._awaited.set_result(None)

    async def get(self) -> Any:
        """The oldest one, as soon as there is one."""
        while not self._events:
            self._awaited = asyncio.get_running_loop().create_future()
            await self._awaited
        return self._events.pop(0)

    def empty(self) -> bool:
        """Whether there is none."""
        return not self._events


class LiveProtocol(WebSocketsSansIOProtocol):
    """Aborts a connection whose buffer stayed full for ``SLOW_READER_SECONDS``, or whose pong does not come."""

    _deadline: asyncio.TimerHandle | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queue = ReceiveQueue()  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Read on; a handshake that websockets cannot read is refused, which uvicorn would leave unanswered."""
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            self.transport.write(BAD_HANDSHAKE)
            self.transport.close()

    def handle_connect(self, event: Request) -> None:
        """Offer ``write`` to the page."""
        super().handle_connect(event)
        if not self.close_sent:
            self.scope["extensions"]["notifcenter"] = {"write": self.write}

    def start_keepalive(self) -> None:
        """The page is accepted: the headers of its handshake are freed."""
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
        self._deadline = self.loop.call_later(SLOW_READER_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """The page has read on."""
        self._stop_clock()
        super().resume_writing()

    def keepalive_timeout(self) -> None:
        """The page does not answer: nobody will read what waits."""
        super().keepalive_timeout()
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Gone, by whichever side."""
        self._stop_clock()
        super().connection_lost(exc)

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
