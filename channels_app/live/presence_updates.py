"""The roll call of a live process: once a second, who came and who left, and whether a new version is out."""

import asyncio
import logging
import time
from collections.abc import Iterable
from uuid import uuid4

import redis.asyncio
from django.conf import settings

from accounts.models import User
from channels_app.live import frames, open_pages, presence, releases
from channels_app.live.off_loop import run_in_executor

logger = logging.getLogger(__name__)
EVERY = 1.0
GRACE = 3.0
LIFETIME = 12
PATIENCE = 1.0
REREAD = 4.0
FORGOTTEN_AFTER = 3600


class PresenceTracker:
    """Tells this process's pages what changed, at most one frame a second."""

    def __init__(self) -> None:
        self._left: dict[int, float] = {}
        self._release: int | None = None
        self._task: asyncio.Task[None] | None = None
        self._shared: SharedPresence | None = None

    async def start(self) -> None:
        """Begin to call the roll."""
        self._shared = SharedPresence(settings.REDIS_URL) if settings.REDIS_URL else None
        self._release = await run_in_executor(releases.newest_id)
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Call it no more; the others need not wait to learn that our people left."""
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
        came = online - presence.present
        missing = presence.present - online
        self._left = {user: self._left.get(user, now) for user in missing}
        gone = {user for user, since in self._left.items() if now - since >= GRACE}
        presence.present.update(came)
        presence.present.difference_update(gone)
        return dict.fromkeys(came, True) | dict.fromkeys(gone, False)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self._call()
            except Exception:
                logger.exception("the roll call failed")

    async def _call(self) -> None:
        online = set(open_pages.by_user)
        if self._shared is not None:
            online |= await self._shared.exchange(online)
        if changed := self.changes(online, time.monotonic()):
            await tell(changed)
        await self._look_for_release()

    async def _look_for_release(self) -> None:
        if not open_pages.by_user:
            return
        newest = await run_in_executor(releases.newest_id)
        if newest != self._release:
            self._release = newest
            _to_all({"type": "release", "version": await run_in_executor(releases.current)})


class SharedPresence:
    """What live processes tell each other through Redis; a Redis that lost everything is filled again.

    The time limit is ours: redis' own on sending is ``asyncio.wait_for``, which before Python 3.12 loses a
    cancellation that comes in the instant it is done, and then the server never ends (cpython issue 86296).
    """

    def __init__(self, url: str) -> None:
        self._redis = redis.asyncio.Redis.from_url(url, socket_timeout=None, decode_responses=True)
        self._me = uuid4().hex
        self._mine: set[int] = set()
        self._others: set[int] = set()
        self._version: object = None
        self._read_at = 0.0
        self._arriving: set[int] = set()
        self._lock = asyncio.Lock()

    async def exchange(self, mine: set[int]) -> set[int]:
        """Say who is here, and give who is with the others; while Redis is away, what was last known."""
        try:
            async with asyncio.timeout(PATIENCE):
                async with self._lock:
                    await self._write(mine)
                await self._read()
        except (redis.RedisError, OSError) as error:
            logger.warning("who is online elsewhere cannot be asked just now: %s", error)
        return self._others

    async def arrive(self, user: int) -> None:
        """Add somebody at once; those who arrive while others are being written go together."""
        if user in self._mine:
            return
        self._arriving.add(user)
        async with self._lock:
            if user in self._arriving:
                await self._add(self._arriving)

    async def leave(self) -> None:
        """Say that nobody is here any more."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._write(set())
        except (redis.RedisError, OSError):
            pass
        await self._redis.aclose()

    async def _write(self, mine: set[int]) -> None:
        still_there = await self._keep_alive()
        if mine == self._mine and (still_there or not mine):
            return
        pipeline = self._redis.pipeline()
        pipeline.delete(presence.key_of(self._me))
        if mine:
            pipeline.sadd(presence.key_of(self._me), *mine)
            pipeline.expire(presence.key_of(self._me), LIFETIME)
        pipeline.incr(presence.VERSION)
        await pipeline.execute()
        self._mine = set(mine)

    async def _add(self, users: set[int]) -> None:
        self._arriving = set()
        pipeline = self._redis.pipeline()
        pipeline.sadd(presence.key_of(self._me), *users)
        pipeline.expire(presence.key_of(self._me), LIFETIME)
        pipeline.zadd(presence.PROCESSES, {self._me: time.time()})
        pipeline.incr(presence.VERSION)
        try:
            async with asyncio.timeout(PATIENCE):
                await pipeline.execute()
            self._mine |= users
        except (redis.RedisError, OSError):
            pass

    async def _keep_alive(self) -> bool:
        now = time.time()
        pipeline = self._redis.pipeline()
        pipeline.expire(presence.key_of(self._me), LIFETIME)
        pipeline.zadd(presence.PROCESSES, {self._me: now})
        pipeline.zremrangebyscore(presence.PROCESSES, 0, now - FORGOTTEN_AFTER)
        return bool((await pipeline.execute())[0])

    async def _read(self) -> None:
        version = await self._redis.get(presence.VERSION)
        if version == self._version and time.monotonic() - self._read_at < REREAD:
            return
        others = [str(name) for name in await self._redis.zrange(presence.PROCESSES, 0, -1)]
        pipeline = self._redis.pipeline(transaction=False)
        for process in others:
            pipeline.smembers(presence.key_of(process))
        members = await pipeline.execute() if others else []
        self._others = {int(user) for process in members for user in process}
        self._version, self._read_at = version, time.monotonic()


async def tell(changed: dict[int, bool]) -> None:
    """Tell each page those changes its person may see; nobody is told of themselves alone."""
    if await run_in_executor(presence.is_small):
        everything = frames.encode(_frame(changed))
        for user in list(open_pages.by_user):
            if changed.keys() - {user}:
                _to_one(user, everything)
        return
    for user, seen in (await run_in_executor(seen_by, list(open_pages.by_user), changed)).items():
        _to_one(user, frames.encode(_frame({other: changed[other] for other in seen})))


def seen_by(watching: Iterable[int], changed: Iterable[int]) -> dict[int, set[int]]:
    """Who of those watching shares a group with whom of the changed."""
    membership = User.groups.through.objects
    members: dict[int, set[int]] = {}
    for group, user in membership.filter(user_id__in=list(changed)).values_list("group_id", "user_id"):
        members.setdefault(group, set()).add(user)
    seen: dict[int, set[int]] = {}
    sharing = membership.filter(group_id__in=list(members), user_id__in=list(watching))
    for group, user in sharing.values_list("group_id", "user_id"):
        seen.setdefault(user, set()).update(members[group] - {user})
    return {user: others for user, others in seen.items() if others}


def _frame(changed: dict[int, bool]) -> frames.Frame:
    return {"type": "presence", "users": {str(user): is_here for user, is_here in changed.items()}}


def _to_all(frame: frames.Frame) -> None:
    text = frames.encode(frame)
    for user in list(open_pages.by_user):
        _to_one(user, text)


def _to_one(user: int, text: str) -> None:
    for socket in list(open_pages.by_user.get(user, ())):
        socket.tell(text)


presence_tracker = PresenceTracker()
