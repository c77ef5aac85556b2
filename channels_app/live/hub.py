"""The connection registry's writer: this process's sockets, fed by the bus from every process.

Our own instead of channel-layer groups: one dictionary look-up a message, a bounded queue a socket.
"""

import asyncio
import json
import logging

import redis.asyncio
from django.utils import timezone

from channels_app import counters
from channels_app.live import announce, bus, frames, open_pages
from channels_app.live.off_loop import Executor
from notifcenter import readable
from notifcenter.inbox import replay
from notifcenter.inbox.pages import NotificationContent
from notifcenter.inbox.records import Change
from notifcenter.models import Inbox
from notifcenter.models.call_state import OVER, state_in

logger = logging.getLogger(__name__)
HEARTBEAT_SECONDS = 25
HEARTBEAT_USERS = 1000
RECONNECT_SECONDS = 0.5


class Hub:
    """Passes messages of the bus to the open pages of this process, and keeps the pages in step."""

    def __init__(self, redis_url: str, executor: Executor) -> None:
        self._redis_url = redis_url
        self._executor = executor
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Listen to the bus, and begin the heartbeat."""
        self._loop = asyncio.get_running_loop()
        self._tasks = [asyncio.create_task(self._heartbeat())]
        bus.listen(self.receive)
        if self._redis_url:
            self._tasks.append(asyncio.create_task(self._subscribe()))

    async def stop(self) -> None:
        """Listen no more."""
        bus.listen(None)
        self._loop = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def receive(self, message: bus.Message) -> None:
        """Take a message of the bus, from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._dispatch, message)

    def _dispatch(self, message: bus.Message) -> None:
        by_type = {
            "notification": self._send_notification,
            "change": self._send_change,
            "catch_up": self._catch_up,
            "frame": self._send_frame,
        }
        try:
            by_type[message["type"]](message)
        except Exception:
            logger.exception("a message of the live bus is left out, pages catch up by their cursor")

    def _send_notification(self, message: bus.Message) -> None:
        here = [place for place in message["to"] if place[0] in open_pages.by_user]
        if not here:
            return
        notification = announce.from_values(message["notification"])
        pressed = announce.presses_from_values(message["notification"])
        read_at = notification.created_at if state_in(notification.details) in OVER else None
        rendered: dict[tuple[str, str, bool, bool], str] = {}
        for user, cursor, unread, silent in here:
            for socket in open_pages.of([user]):
                look = (socket.person.language, socket.person.timezone, silent, socket.person.readable)
                if look not in rendered:
                    data = readable.render(notification, socket.person, read_at=read_at, silent=silent, pressed=pressed)
                    rendered[look] = frames.encode(data)
                socket.queue_change(cursor, frames.notification_text(cursor, unread, rendered[look]))
        _log(notification, message["notification"]["request_id"], len(here))

    def _send_change(self, message: bus.Message) -> None:
        if sockets := open_pages.of([message["user"]]):
            values = (message[name] for name in ("user", "cursor", "unread", "action", "ids", "all"))
            text = frames.encode(frames.change(Change(*values)))
            for socket in sockets:
                socket.queue_change(message["cursor"], text)

    def _catch_up(self, message: bus.Message) -> None:
        for user, cursor in message["to"]:
            for socket in open_pages.of([user]):
                socket.catch_up(cursor)

    def _send_frame(self, message: bus.Message) -> None:
        text = frames.encode(message["frame"])
        for socket in open_pages.of(list(open_pages.by_user) if message["to"] is None else message["to"]):
            socket.queue_frame(text)

    async def _subscribe(self) -> None:
        client = redis.asyncio.Redis.from_url(
            self._redis_url, protocol=2, socket_timeout=None, health_check_interval=15
        )
        while True:
            try:
                await self._receive_all(client)
            except (redis.RedisError, OSError) as error:
                logger.warning("the live bus is not there, pages catch up by their cursor: %s", error)
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _receive_all(self, client: "redis.asyncio.Redis") -> None:
        async with client.pubsub(ignore_subscribe_messages=True) as subscription:
            await subscription.subscribe(bus.CHANNEL)
            while True:
                received = await subscription.get_message(timeout=15)
                if received is not None:
                    self._dispatch(json.loads(received["data"]))

    async def _heartbeat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            try:
                await self._send_heads(list(open_pages.by_user))
            except Exception:
                logger.exception("the heartbeat failed")

    async def _send_heads(self, users: list[int]) -> None:
        for start in range(0, len(users), HEARTBEAT_USERS):
            chunk = users[start : start + HEARTBEAT_USERS]
            heads = await self._executor.run(replay.latest_revisions, chunk)
            for socket in open_pages.of(chunk):
                user = socket.person.pk
                socket.heartbeat(heads.get(user) or Inbox(user_id=user))


def _log(notification: NotificationContent, request_id: str, people: int) -> None:
    waited = (timezone.now() - notification.created_at).total_seconds()
    counters.delivery_seconds.labels("interface").observe(max(0.0, waited))
    facts = {"notification": str(notification.id), "request_id": request_id}
    logger.info("shown to %s with a page open", people, extra=facts)
