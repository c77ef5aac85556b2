"""The live server's part of a process: where sockets are answered, and all that feeds them."""

from typing import Any, Protocol

from channels.routing import URLRouter
from django.conf import settings
from django.urls import path

from channels_app.live.consumer import LiveConsumer
from channels_app.live.hub import Hub
from channels_app.live.lookups import Lookups
from channels_app.live.off_loop import executor
from channels_app.live.page_status import StatusSharing
from channels_app.live.presence_updates import PresenceTracker
from channels_app.live.sign_in import SignInCheck


class Part(Protocol):
    """What starts and stops with the server."""

    async def start(self) -> None:
        """Start."""

    async def stop(self) -> None:
        """Stop."""


class LiveServer:
    """Makes its parts when it starts, by the settings of that moment."""

    async def start(self) -> None:
        """Be ready for sockets."""
        threads = executor()
        tracker = PresenceTracker(settings.REDIS_URL, threads)
        lookups = Lookups(threads, tracker)
        statuses = StatusSharing(settings.REDIS_URL)
        self._router = URLRouter([path("ws/live/", LiveConsumer.as_asgi(lookups=lookups, statuses=statuses))])
        self._parts: list[Part] = [Hub(settings.REDIS_URL, threads), tracker, statuses, SignInCheck(threads)]
        for part in self._parts:
            await part.start()

    async def stop(self) -> None:
        """Feed the sockets no more."""
        for part in reversed(self._parts):
            await part.stop()

    async def __call__(self, scope: dict[str, Any], receive: object, send: object) -> None:
        """One socket."""
        await self._router(scope, receive, send)
