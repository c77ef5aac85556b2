"""What open pages say of their people: on the phone just now (``calling``), or looking at a page (``visible``).

One process asks its own pages. With Redis every live process writes there who is on, and whoever asks reads that.
"""

import asyncio
import logging
import time
from collections.abc import Collection, Hashable
from enum import StrEnum
from functools import cache

import redis
import redis.asyncio
from django.conf import settings

logger = logging.getLogger(__name__)
CALLING_SECONDS = 10
"""A page says every 5 seconds that its person is on the phone; then it lapses."""
VISIBLE_SECONDS = 15
REFRESH_SECONDS = 5


class Status(StrEnum):
    """What a page says."""

    CALLING = "calling"
    VISIBLE = "visible"


_pages: dict[tuple[Status, int], dict[Hashable, float]] = {}
"""By status and user, the pages that said so, with the moment (monotonic) at which that lapses."""


def people(status: Status, users: Collection[int]) -> set[int]:
    """Those of ``users`` whose pages, of whatever process, say so now."""
    if not settings.REDIS_URL or not users:
        return {user for user in users if _is_on_here(status, user)}
    try:
        wanted = list(users)
        values = _redis(settings.REDIS_URL).mget([_key(status, user) for user in wanted])
        return {user for user, value in zip(wanted, values, strict=True) if value}
    except redis.RedisError as error:
        logger.warning("what pages say of their people cannot be read just now: %s", error)
        return {user for user in users if _is_on_here(status, user)}


def note(status: Status, user: int, page: Hashable, *, on: bool) -> bool:
    """Take down what a page of this process says; gives whether it is on for its person here."""
    pages = _pages.setdefault((status, user), {})
    if on:
        lapses = status == Status.CALLING
        pages[page] = time.monotonic() + CALLING_SECONDS if lapses else float("inf")
    else:
        pages.pop(page, None)
    if not pages:
        del _pages[status, user]
    return _is_on_here(status, user)


class StatusSharing:
    """Writes what the pages of this process say into Redis, where there is one."""

    def __init__(self, redis_url: str) -> None:
        self._redis_url = redis_url
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin to refresh what does not lapse by itself, and to forget what has lapsed."""
        if self._redis_url:
            self._client = redis.asyncio.Redis.from_url(self._redis_url, socket_timeout=None)
        self._run(self._refresh())

    async def stop(self) -> None:
        """Write no more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def report(self, status: Status, user: int, page: Hashable, *, on: bool) -> None:
        """Take down what a page says, and tell the other processes."""
        is_on = note(status, user, page, on=on)
        if self._redis_url:
            self._run(self._write({(status, user): is_on}))

    def left(self, user: int, page: Hashable) -> None:
        """A page that was closed is not visible; a call goes on until it lapses, the page may be back by then."""
        if page in _pages.get((Status.VISIBLE, user), {}):
            self.report(Status.VISIBLE, user, page, on=False)

    def _run(self, job: "asyncio._CoroutineLike[None]") -> None:
        task = asyncio.get_running_loop().create_task(job)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _refresh(self) -> None:
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            _forget_lapsed()
            visible = {key: True for key in _pages if key[0] == Status.VISIBLE}
            if self._redis_url and visible:
                await self._write(visible)

    async def _write(self, statuses: dict[tuple[Status, int], bool]) -> None:
        """A page of another process that is still on writes again within ``REFRESH_SECONDS``."""
        pipeline = self._client.pipeline(transaction=False)
        for (status, user), is_on in statuses.items():
            seconds = CALLING_SECONDS if status == Status.CALLING else VISIBLE_SECONDS
            pipeline.set(_key(status, user), 1, ex=seconds) if is_on else pipeline.delete(_key(status, user))
        try:
            async with asyncio.timeout(REFRESH_SECONDS):
                await pipeline.execute()
        except (redis.RedisError, OSError) as error:
            logger.warning("what pages say of their people cannot be written just now: %s", error)


def _forget_lapsed() -> None:
    now = time.monotonic()
    for key, pages in list(_pages.items()):
        _pages[key] = {page: until for page, until in pages.items() if until > now}
        if not _pages[key]:
            del _pages[key]


def _is_on_here(status: Status, user: int) -> bool:
    now = time.monotonic()
    return any(until > now for until in _pages.get((status, user), {}).copy().values())


def _key(status: Status, user: int) -> str:
    return f"notifcenter:{status}:{user}"


@cache
def _redis(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
