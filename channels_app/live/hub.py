"""The hub: this process's sockets by user, fed by the bus from every process.

A hub of our own instead of channel-layer groups: one dictionary look-up a message, a bounded queue a socket.
"""

import asyncio
import json
import logging
from collections.abc import Iterable

import redis.asyncio
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from channels_app import counters
from channels_app.live import announce, bus, frames, open_pages
from channels_app.live.off_loop import run_in_executor
from notifcenter import payload
from notifcenter.inbox import replay
from notifcenter.inbox.pages import NotificationContent
from notifcenter.models import Inbox

logger = logging.getLogger(__name__)
HEARTBEAT = 25


class Hub:
    """The open pages of this process."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to hear the bus and to keep the pages in step."""
        self._loop = asyncio.get_running_loop()
        self._tasks = [asyncio.create_task(self._beat())]
        bus.listen(self.hear)
        if settings.REDIS_URL:
            self._tasks.append(asyncio.create_task(self._listen()))

    async def stop(self) -> None:
        """Hear nothing more."""
        bus.listen(None)
        self._loop = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def hear(self, message: bus.Message) -> None:
        """Take a message of the bus, from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._dispatch, message)

    def _dispatch(self, message: bus.Message) -> None:
        try:
            {"notification": self._arrival, "change": self._change, "frame": self._frame}[message["type"]](message)
        except Exception:
            logger.exception("a message of the live bus is left out, pages catch up by their cursor")

    def _arrival(self, message: bus.Message) -> None:
        here = [place for place in message["to"] if place[0] in open_pages.by_user]
        if not here:
            return
        notification = announce.from_values(message["notification"])
        rendered: dict[tuple[str, str, bool], str] = {}
        for user, cursor, unread, silent in here:
            for socket in list(open_pages.by_user[user]):
                look = (socket.person.language, socket.person.timezone, silent)
                if look not in rendered:
                    rendered[look] = frames.encode(payload.render(notification, socket.person, silent=silent))
                socket.offer(cursor, frames.notification_text(cursor, unread, rendered[look]))
        _tell(notification, message["notification"]["request_id"], len(here))

    def _change(self, message: bus.Message) -> None:
        if sockets := open_pages.by_user.get(message["user"]):
            cursor, unread = message["cursor"], message["unread"]
            text = frames.encode(frames.change(cursor, unread, message["action"], message["ids"], message["all"]))
            for socket in list(sockets):
                socket.offer(cursor, text)

    def _frame(self, message: bus.Message) -> None:
        text = frames.encode(message["frame"])
        for user in list(open_pages.by_user) if message["to"] is None else message["to"]:
            for socket in list(open_pages.by_user.get(user, ())):
                socket.tell(text)

    async def _listen(self) -> None:
        client = redis.asyncio.Redis.from_url(
            settings.REDIS_URL, protocol=2, socket_timeout=None, health_check_interval=15
        )
        while True:
            try:
                await self._hear_all(client)
            except (redis.RedisError, OSError) as error:
                logger.warning("the live bus is not there, pages catch up by their cursor: %s", error)
                await asyncio.sleep(0.5)

    async def _hear_all(self, client: "redis.asyncio.Redis") -> None:
        async with client.pubsub(ignore_subscribe_messages=True) as subscription:
            await subscription.subscribe(bus.CHANNEL)
            while True:
                heard = await subscription.get_message(timeout=15)
                if heard is not None:
                    self._dispatch(json.loads(heard["data"]))

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT)
            try:
                await self._stand(list(open_pages.by_user))
            except Exception:
                logger.exception("the heartbeat failed")

    async def _stand(self, users: list[int]) -> None:
        for start in range(0, len(users), 1000):
            part = users[start : start + 1000]
            heads, active = await run_in_executor(_standing, part)
            for user in part:
                head = heads.get(user) or Inbox(user_id=user)
                for socket in list(open_pages.by_user.get(user, ())):
                    socket.stand(head if user in active else None)


def _standing(users: Iterable[int]) -> tuple[dict[int, Inbox], set[int]]:
    active = User.objects.filter(pk__in=users, is_active=True).values_list("pk", flat=True)
    return replay.latest_revisions(list(users)), set(active)


def _tell(notification: NotificationContent, request_id: str, people: int) -> None:
    waited = (timezone.now() - notification.created_at).total_seconds()
    counters.delivery_seconds.labels("interface").observe(max(0.0, waited))
    facts = {"notification": str(notification.id), "request_id": request_id}
    logger.info("shown to %s with a page open", people, extra=facts)


hub = Hub()
