"""How uvicorn reads requests: the head of each has a bounded size and a bounded time."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_MAX = 64 * 1024
HEAD_SECONDS = 20
LINGER_SECONDS, LINGER_MAX = 2, 4 * 1024 * 1024
TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-type: text/plain\r\n"
    b"content-length: 39\r\n\r\nThe headers may have 64 KB altogether.\r\n"
)


class HttpProtocol(HttpToolsProtocol):
    """Answers 431 to a head over ``HEAD_MAX`` bytes, and ends a connection whose head takes over ``HEAD_SECONDS``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head_size = 0
        self._line_size = 0  # of a line that is not complete yet
        self._deadline: asyncio.TimerHandle | None = None
        self._refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The clock of the first head starts."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Gone, by whichever side."""
        self._stop_clock()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; what comes after a refusal is dropped."""
        self._line_size += len(data)
        if self._refused:
            return self._drop()
        super().data_received(data)
        if self._refused or self.transport.get_protocol() is not self:  # the connection is a WebSocket now
            return
        if self._deadline is None and self.timeout_keep_alive_task is None and self._is_idle():
            self._await_head()  # line breaks before a request begin none
        if self._deadline is not None and self._line_size > HEAD_MAX:
            self._refuse()

    def on_message_begin(self) -> None:
        """The clock of a head starts, unless it runs since the connection was made."""
        super().on_message_begin()
        self._head_size = self._line_size = 0
        self._await_head()

    def on_url(self, url: bytes) -> None:
        """Counts into the head."""
        self._count(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Counts into the head; too much ends the parser."""
        self._count(name, value)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is there in time."""
        self._stop_clock()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """What uvicorn answers where the parser ended: 431 where that was because of the head's size."""
        if self._head_size > HEAD_MAX:
            self._refuse()
        else:
            super().send_400_response(msg)

    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _count(self, *parts: bytes) -> None:
        self._line_size = 0
        self._head_size += sum(map(len, parts))
        if self._head_size > HEAD_MAX:
            raise ValueError("The head is too large.")

    def _await_head(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _drop(self) -> None:
        if self._line_size > LINGER_MAX:
            self.transport.abort()

    def _refuse(self) -> None:
        """Respond, and read on for a moment: to close at once could reset the connection before the caller has read."""
        self._refused, self._line_size = True, 0
        self._stop_clock()
        self.transport.write(TOO_LARGE)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._deadline = self.loop.call_later(LINGER_SECONDS, self.transport.abort)
