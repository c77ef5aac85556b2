"""The least that stores and pushes: a bare ASGI application that writes one row into SQLite and pushes one frame."""

import asyncio
import os
import sqlite3
from typing import Any

_rows = sqlite3.connect(os.environ["BARE_DATABASE"], isolation_level=None)
_rows.executescript(
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE TABLE IF NOT EXISTS said (id INTEGER PRIMARY KEY, body)"
)
_pages: set[asyncio.Queue[str]] = set()


async def app(scope: Any, receive: Any, send: Any) -> None:
    """A POST is stored and pushed; a socket gets what is pushed."""
    if scope["type"] == "http":
        body = (await receive())["body"].decode()
        _rows.execute("INSERT INTO said (body) VALUES (?)", [body])
        for open_page in _pages:
            open_page.put_nowait(body)
        await send({"type": "http.response.start", "status": 201, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})
    elif scope["type"] == "websocket":
        page: asyncio.Queue[str] = asyncio.Queue()
        _pages.add(page)
        await send({"type": "websocket.accept"})
        while True:
            await send({"type": "websocket.send", "text": await page.get()})
    else:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
