"""A live server is made of the settings of the moment it starts."""

import asyncio
import json
from typing import Any

import pytest

from channels_app.live import announce, bus, open_pages, presence
from channels_app.live.routing import LiveServer
from channels_app.live.visitor import Person
from tests.apart import run_apart
from tests.processes import PATIENCE
from tests.servers import Redis

pytestmark = pytest.mark.django_db(transaction=True)


class Page:
    """An open page that keeps what it is sent."""

    def __init__(self, user: int) -> None:
        self.person, self.texts = Person(user, "en", "UTC"), asyncio.Queue()

    def queue_frame(self, text: str) -> None:
        self.texts.put_nowait(json.loads(text))


async def received(user: int, send: Any) -> Any:
    """What a page of this user gets by ``send`` from a server that runs meanwhile, and who is online then."""
    server, page = LiveServer(), Page(user)
    open_pages.add(page)
    await server.start()
    try:
        async with asyncio.timeout(PATIENCE):
            while True:  # a subscription to Redis takes a moment
                await asyncio.to_thread(send)
                try:
                    frame = await asyncio.wait_for(page.texts.get(), 0.5)
                except TimeoutError:
                    continue
                return frame, await asyncio.to_thread(presence.online, [user])
    finally:
        open_pages.remove(page)
        await server.stop()


def test_each_server_takes_the_bus_of_its_own_start(settings: Any, redis_server: Redis) -> None:
    message = {"type": "frame", "frame": {"type": "popup"}, "to": None}

    async def case() -> Any:
        settings.REDIS_URL = ""
        alone = await received(7, lambda: announce.frame({"type": "popup"}))
        settings.REDIS_URL = redis_server.url
        shared = await received(8, lambda: redis_server.client.publish(bus.CHANNEL, json.dumps(message)))
        through = await received(9, lambda: announce.frame({"type": "popup"}))
        return alone, shared, through

    alone, shared, through = run_apart(case())
    assert alone == ({"type": "popup"}, {7})
    assert shared[0] == through[0] == {"type": "popup"}
