"""ASGI: ``application`` is the whole product in one process, ``live`` the sockets alone, for production."""

import os
from typing import Any

from notifcenter.config import garbage_collector
from notifcenter.config.wsgi import application as wsgi
from notifcenter.config.wsgi_bridge import Bridge, Receive, Send

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notifcenter.config.settings")

from channels_app.live.routing import LiveServer, Part  # noqa: E402  Django must be set up first
from notifcenter.config.embedded import Workers  # noqa: E402
from notifcenter.config.health import of_live_server  # noqa: E402

HTTP_THREADS = 8  # calls that wait in them to be stored share a transaction; more get into each other's way


class Server:
    """HTTP, sockets and the server's own start and stop."""

    def __init__(self, http: Any, *others: Part) -> None:
        live_server = LiveServer()
        self._apps = {"http": http, "websocket": live_server}
        self._parts: list[Part] = [live_server, *others]

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """One connection, or the life of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._apps[scope["type"]](scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        for part in self._parts:
            await part.start()
        garbage_collector.calm()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for part in reversed(self._parts):
            await part.stop()
        await send({"type": "lifespan.shutdown.complete"})


application = Server(Bridge(wsgi, HTTP_THREADS), Workers())
live = Server(of_live_server)
