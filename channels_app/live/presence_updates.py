"""The presence tracker of a live process: once a second, who came and who left, and whether a new version is out."""

import asyncio
import logging
import time
from uuid import uuid4

import redis.asyncio

from channels_app.live import frames, open_pages, presence, releases, visible_people
from channels_app.live.off_loop import Executor
from notifcenter.publishing import visibility

logger = logging.getLogger(__name__)
CHECK_SECONDS = 1.0
GRACE_SECONDS = 3.0
KEY_SECONDS = 12
REDIS_SECONDS = 1.0
REREAD_SECONDS = 4.0
FORGET_PROCESS_SECONDS = 3600


class PresenceTracker:
    """Sends this process's pages what changed, at most one frame a second.

    ``present`` holds the users that these pages were shown as online; their next frames go on from it.
    """

    def __init__(self, redis_url: str, executor: Executor) -> None:
        self.present: set[int] = set()
        self._redis_url = redis_url
        self._executor = executor
        self._left: dict[int, float] = {}
        self._release: int | None = None
        self._task: asyncio.Task[None] | None = None
        self._shared: SharedPresence | None = None

    async def start(self) -> None:
        """Begin to track."""
        self._shared = SharedPresence(self._redis_url) if self._redis_url else None
        self._release = await self._executor.run(releases.newest_id)
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Track no more; the other processes learn at once that our people left."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._shared is not None:
            await self._shared.leave()

    async def arrived(self, user: int) -> None:
        """Let every process know of somebody before their page is greeted: popups count them from then on."""
        if self._shared is not None:
            await self._shared.arrive(user)

    def changes(self, online: set[int], now: float) -> dict[int, bool]:
        """Take note of who is online; who came back within the grace never left."""
        came = online - self.present
        missing = self.present - online
        self._left = {user: self._left.get(user, now) for user in missing}
        gone = {user for user, since in self._left.items() if now - since >= GRACE_SECONDS}
        self.present.update(came)
        self.present.difference_update(gone)
        return dict.fromkeys(came, True) | dict.fromkeys(gone, False)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                await self._check()
            except Exception:
                logger.exception("who is online could not be checked")

    async def _check(self) -> None:
        online = set(open_pages.by_user)
        if self._shared is not None:
            online |= await self._shared.exchange(online)
        if changed := self.changes(online, time.monotonic()):
            await self._send_changes(changed)
        await self._look_for_release()

    async def _send_changes(self, changed: dict[int, bool]) -> None:
        """Send each page those changes its person may see; nobody is sent their own alone."""
        if await self._executor.run(visibility.is_small):
            everything = frames.encode(_frame(changed))
            for socket in open_pages.of([user for user in open_pages.by_user if changed.keys() - {user}]):
                socket.queue_frame(everything)
            return
        seen = await self._executor.run(visible_people.who_sees, list(open_pages.by_user), list(changed))
        for user, others in seen.items():
            text = frames.encode(_frame({other: changed[other] for other in others}))
            for socket in open_pages.of([user]):
                socket.queue_frame(text)

    async def _look_for_release(self) -> None:
        if not open_pages.by_user:
            return
        newest = await self._executor.run(releases.newest_id)
        if newest != self._release:
            self._release = newest
            text = frames.encode({"type": "release", "version": await self._executor.run(releases.current)})
            for socket in open_pages.of(list(open_pages.by_user)):
                socket.queue_frame(text)


class SharedPresence:
    """The sets of people that live processes share through Redis; a Redis that lost everything is filled again.

    The time limit is ours: redis' own on sending is ``asyncio.wait_for``, which before Python 3.12 loses a
    cancellation that comes in the instant it is done, and then the server never ends (cpython issue 86296).
    """

    def __init__(self, url: str) -> None:
        self._redis = redis.asyncio.Redis.from_url(url, socket_timeout=None, decode_responses=True)
        self._process = uuid4().hex
        self._written: set[int] = set()
        self._elsewhere: set[int] = set()
        self._version: object = None
        self._read_at = 0.0
        self._arriving: set[int] = set()
        self._lock = asyncio.Lock()

    async def exchange(self, here: set[int]) -> set[int]:
        """Write who is here, and give who is with the others; while Redis is away, what was last known."""
        try:
            async with asyncio.timeout(REDIS_SECONDS):
                async with self._lock:
                    await self._write(here)
                await self._read()
        except (redis.RedisError, OSError) as error:
            logger.warning("who is online elsewhere cannot be read just now: %s", error)
        return self._elsewhere

    async def arrive(self, user: int) -> None:
        """Add somebody at once; those who arrive while others are being written go together."""
        if user in self._written:
            return
        self._arriving.add(user)
        async with self._lock:
            if user in self._arriving:
                await self._add(self._arriving)

    async def leave(self) -> None:
        """Take everybody of this process out."""
        try:
            async with asyncio.timeout(REDIS_SECONDS):
                await self._write(set())
        except (redis.RedisError, OSError):
            pass
        await self._redis.aclose()

    async def _write(self, here: set[int]) -> None:
        still_there = await self._keep_alive()
        if here == self._written and (still_there or not here):
            return
        pipeline = self._redis.pipeline()
        pipeline.delete(presence.key_of(self._process))
        if here:
            pipeline.sadd(presence.key_of(self._process), *here)
            pipeline.expire(presence.key_of(self._process), KEY_SECONDS)
        pipeline.incr(presence.VERSION)
        await pipeline.execute()
        self._written = set(here)

    async def _add(self, users: set[int]) -> None:
        self._arriving = set()
        pipeline = self._redis.pipeline()
        pipeline.sadd(presence.key_of(self._process), *users)
        pipeline.expire(presence.key_of(self._process), KEY_SECONDS)
        pipeline.zadd(presence.PROCESSES, {self._process: time.time()})
        pipeline.incr(presence.VERSION)
        try:
            async with asyncio.timeout(REDIS_SECONDS):
                await pipeline.execute()
            self._written |= users
        except (redis.RedisError, OSError):
            pass

    async def _keep_alive(self) -> bool:
        now = time.time()
        pipeline = self._redis.pipeline()
        pipeline.expire(presence.key_of(self._process), KEY_SECONDS)
        pipeline.zadd(presence.PROCESSES, {self._process: now})
        pipeline.zremrangebyscore(presence.PROCESSES, 0, now - FORGET_PROCESS_SECONDS)
        return bool((await pipeline.execute())[0])

    async def _read(self) -> None:
        version = await self._redis.get(presence.VERSION)
        if version == self._version and time.monotonic() - self._read_at < REREAD_SECONDS:
            return
        processes = [str(name) for name in await self._redis.zrange(presence.PROCESSES, 0, -1)]
        pipeline = self._redis.pipeline(transaction=False)
        for process in processes:
            pipeline.smembers(presence.key_of(process))
        members = await pipeline.execute() if processes else []
        self._elsewhere = {int(user) for process in members for user in process}
        self._version, self._read_at = version, time.monotonic()


def _frame(changed: dict[int, bool]) -> frames.Frame:
    return {"type": "presence", "users": {str(user): is_here for user, is_here in changed.items()}}
