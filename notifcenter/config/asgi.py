"""ASGI: ``application`` is the whole product in one process, ``live`` the sockets alone, for production."""

import os
from typing import Any

from notifcenter.config import garbage_collector
from notifcenter.config.wsgi import quick_path
from notifcenter.config.wsgi_bridge import Bridge, Receive, Send

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notifcenter.config.settings")

from channels_app.live.routing import LiveServer, Part
from notifcenter.config.embedded import Workers
from notifcenter.config.health import of_live_server

HTTP_THREADS = 8  # calls that wait in them share a transaction (group commit); more contend for the interpreter


class Server:
    """HTTP, sockets and the server's own start and stop."""

    def __init__(self, http: Any, *others: Part) -> None:
        live_server = LiveServer()
        self._apps = {"http": http, "websocket": live_server}
        self._parts: list[Part] = [live_server, *others]

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """One connection, or the life of the server."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await self._apps[scope["type"]](scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        for part in self._parts:
            await part.start()
        garbage_collector.tune()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for part in reversed(self._parts):
            await part.stop()
        await send({"type": "lifespan.shutdown.complete"})


application = Server(Bridge(quick_path, HTTP_THREADS), Workers())
live = Server(of_live_server)
