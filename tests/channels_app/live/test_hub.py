"""The hub and a page that is slow: the order of its frames, its limit, and nobody else is harmed."""

import asyncio

from channels_app.live import consumer, open_pages
from channels_app.live.consumer import LiveConsumer
from channels_app.live.hub import Hub
from channels_app.live.off_loop import Executor
from channels_app.live.page_status import StatusSharing
from channels_app.live.visitor import Person
from tests.apart import run_apart

CHANGE = {"type": "change", "user": 1, "cursor": 1, "unread": 0, "action": "read", "ids": [], "all": True}


class Page(LiveConsumer):
    """A greeted page whose server can be without room."""

    def __init__(self, lookups=None):
        super().__init__(lookups, StatusSharing(""))
        self.person, self.is_open, self.queued = Person(1, "en", "UTC"), True, []
        self.sent, self.room = [], asyncio.Event()
        self.room.set()

    def write(self, text):
        if self.room.is_set():
            self.sent.append(text)
        return self.room.is_set()

    async def base_send(self, message):
        await self.room.wait()
        self.sent.append(message.get("text") or message.get("code"))


async def all_sent(page):
    page.room.set()
    async with asyncio.timeout(60):
        while page.pump is not None and not page.pump.done():
            await asyncio.sleep(0)
    return page.sent


def test_a_frame_whose_turn_it_is_goes_out_at_once():
    async def case():
        page = Page()
        page.queue_change(1, "one")
        page.queue_frame("popup")
        page.queue_change(2, "two")
        return page.sent, page.pump

    assert run_apart(case()) == (["one", "popup", "two"], None)


def test_what_comes_while_others_wait_goes_behind_them():
    async def case():
        page = Page()
        page.queue_change(1, "one")
        page.room.clear()
        page.queue_change(2, "two")
        await asyncio.sleep(0)
        page.queue_frame("popup")
        page.room.set()
        page.queue_change(3, "three")
        page.queue_change(3, "three again")
        await all_sent(page)
        page.queue_change(4, "four")
        return page.sent

    assert run_apart(case()) == ["one", "two", "popup", "three", "four"]


def test_what_is_missing_is_read_before_what_came_early():
    class Database:
        async def missed(self, key):
            return [f"from {key[1]}"], 5

    async def case():
        page = Page(Database())
        page.queue_change(1, "one")
        page.queue_change(5, "five")
        page.queue_change(6, "six")
        return await all_sent(page)

    assert run_apart(case()) == ["one", "from 1", "six"]


def test_a_page_for_which_too_much_waits_is_shown_out():
    async def case():
        page = Page()
        open_pages.add(page)
        page.room.clear()
        for number in range(consumer.QUEUE_LIMIT + 1):
            page.queue_frame(str(number))
        assert page.person.pk not in open_pages.by_user
        await all_sent(page)
        await page.leaving
        return page.sent

    assert run_apart(case()) == [consumer.TOO_SLOW]


def test_neither_a_page_that_leaves_nor_a_strange_message_disturbs_the_hub():
    async def case():
        hub, leaving, staying, broken = Hub("", Executor()), [Page() for _ in range(5)], Page(), []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, what: broken.append(what))
        for page in leaving:
            page.queue_change = lambda _cursor, _text, page=page: open_pages.remove(page)
        for page in (*leaving, staying):
            open_pages.add(page)
        await hub.start()
        for message in ({"type": "of a later version"}, CHANGE, CHANGE | {"cursor": 2}):
            hub.receive(message)
        await asyncio.sleep(0)
        await hub.stop()
        return len(staying.sent), broken

    assert run_apart(case()) == (2, [])
