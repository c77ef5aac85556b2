"""Who has a page open.

One process reads its own open pages. With Redis every live process keeps a set of its people there, which expires with
it (``presence_updates.py`` writes it), and whoever reads puts the sets together.
"""

import logging
from collections.abc import Iterable, Sequence, Set
from functools import cache

import redis
from django.conf import settings

from accounts.models import User
from channels_app.live import open_pages, visible_people
from notifcenter.publishing import visibility
from notifcenter.publishing.visibility import Watcher

logger = logging.getLogger(__name__)
PROCESSES = "notifcenter:presence"
VERSION = "notifcenter:presence:version"


def online(user_ids: Iterable[int]) -> set[int]:
    """Those of them with a page open, in whatever process."""
    wanted = list(user_ids)
    if not settings.REDIS_URL or not wanted:
        return _here(wanted)
    try:
        return _everywhere(wanted)
    except redis.RedisError as error:
        logger.warning("who is online cannot be read just now: %s", error)
        return _here(wanted)


def everybody_online() -> set[int]:
    """All who have a page open, in whatever process."""
    if not settings.REDIS_URL:
        return set(open_pages.by_user)
    try:
        return _all_everywhere()
    except redis.RedisError as error:
        logger.warning("who is online cannot be read just now: %s", error)
        return set(open_pages.by_user)


def of_listed(person: User) -> dict[int, bool]:
    """The people shown to somebody, those online first: {id: whether online}, as it is now."""
    present = everybody_online()
    [ids] = visible_people.listed([person], present)
    return {pk: pk in present for pk in ids}


def of_chosen(person: User, ids: Iterable[int]) -> dict[int, bool]:
    """Those of ``ids`` whom somebody may see: {id: whether online}."""
    seen = list(visibility.visible(person).filter(pk__in=ids).values_list("pk", flat=True))
    present = online(seen)
    return {pk: pk in present for pk in seen}


def of_pages(people: Sequence[Watcher], present: Set[int]) -> list[dict[str, bool]]:
    """What the first frame of each page lists: ``present`` is who is online as the pages of this process know it."""
    listed = visible_people.listed(people, present)
    return [
        {str(pk): pk in present or pk == person.pk for pk in ids} for person, ids in zip(people, listed, strict=True)
    ]


def key_of(process: str) -> str:
    """Where a live process keeps its people."""
    return f"{PROCESSES}:{process}"


def _here(wanted: list[int]) -> set[int]:
    return {user for user in wanted if user in open_pages.by_user}


def _everywhere(wanted: list[int]) -> set[int]:
    client = _redis(settings.REDIS_URL)
    pipeline = client.pipeline(transaction=False)
    for process in _processes(client):
        pipeline.smismember(key_of(process), wanted)
    answers = pipeline.execute()
    return {user for answer in answers for user, is_here in zip(wanted, answer, strict=True) if is_here}


def _all_everywhere() -> set[int]:
    client = _redis(settings.REDIS_URL)
    keys = [key_of(process) for process in _processes(client)]
    return {int(user) for user in client.sunion(keys)} if keys else set()


def _processes(client: redis.Redis) -> list[str]:
    return [str(name) for name in client.zrange(PROCESSES, 0, -1)]


@cache
def _redis(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1, decode_responses=True)
