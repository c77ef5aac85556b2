"""Who has a page open, and who may see whom.

One process asks its own hub. With Redis every live process keeps a set of its people there, which dies with it
(``attendance.py`` writes it), and whoever asks puts the sets together.
"""

import logging
from collections.abc import Iterable, Sequence
from functools import cache

import redis
from django.conf import settings
from django.contrib.auth.models import Group
from django.db.models import QuerySet

from accounts.models import User
from channels_app.live import open_pages
from channels_app.live.visitor import Person

logger = logging.getLogger(__name__)
PROCESSES = "notifcenter:presence"
VERSION = "notifcenter:presence:version"
SMALL = 1000

present: set[int] = set()
"""Whom the pages of this process were told to be here; the frames of ``attendance.py`` go on from it."""


def online(user_ids: Iterable[int]) -> set[int]:
    """Those of them with a page open, in whatever process."""
    asked = list(user_ids)
    if not settings.REDIS_URL or not asked:
        return _here(asked)
    try:
        return _everywhere(asked)
    except redis.RedisError as error:
        logger.warning("who is online cannot be asked just now: %s", error)
        return _here(asked)


def visible(person: User) -> QuerySet[User]:
    """The people somebody may see: everybody in a small installation, else themselves and who shares a group."""
    people = User.objects.filter(is_active=True)
    if not is_small():
        sharing = Group.user_set.through.objects.filter(group__user=person).values("user_id")
        people = people.filter(pk__in=sharing) | people.filter(pk=person.pk)
    return people.order_by("pk")


def of_visible(person: User) -> dict[str, bool]:
    """Everybody the person may see: {id: whether online}, as it is now."""
    ids = _visible_ids(person)
    here = online(ids)
    return {str(pk): pk in here for pk in ids}


def told(people: Sequence[Person]) -> list[dict[str, bool]]:
    """The same for each of them as the pages of this process know it: what the first frame says and others change."""
    if is_small():
        everybody = sorted(User.objects.filter(is_active=True).values_list("pk", flat=True))
        return [_as_told(person, everybody) for person in people]
    sharing = _sharing({person.pk for person in people})
    return [_as_told(person, sorted(sharing.get(person.pk, set()) | {person.pk})) for person in people]


def is_small() -> bool:
    """Whether there are so few users that everybody sees everybody."""
    return not User.objects.order_by("pk")[SMALL - 1 : SMALL].exists()


def key_of(process: str) -> str:
    """Where a live process keeps its people."""
    return f"{PROCESSES}:{process}"


def _visible_ids(person: User) -> list[int]:
    return list(visible(person).values_list("pk", flat=True))


def _as_told(person: Person, seen: Iterable[int]) -> dict[str, bool]:
    return {str(pk): pk in present or pk == person.pk for pk in seen}


def _sharing(users: set[int]) -> dict[int, set[int]]:
    """{user: the active people who share a group with them}."""
    membership = User.groups.through.objects
    mine = list(membership.filter(user_id__in=users).values_list("user_id", "group_id"))
    members: dict[int, set[int]] = {}
    active = membership.filter(group_id__in={group for _user, group in mine}, user__is_active=True)
    for group, user in active.values_list("group_id", "user_id"):
        members.setdefault(group, set()).add(user)
    sharing: dict[int, set[int]] = {}
    for user, group in mine:
        sharing.setdefault(user, set()).update(members.get(group, ()))
    return sharing


def _here(asked: list[int]) -> set[int]:
    return {user for user in asked if user in open_pages.by_user}


def _everywhere(asked: list[int]) -> set[int]:
    processes = [str(name) for name in _redis().zrange(PROCESSES, 0, -1)]
    pipeline = _redis().pipeline(transaction=False)
    for process in processes:
        pipeline.smismember(key_of(process), asked)
    answers = pipeline.execute() if processes else []
    return {user for answer in answers for user, is_here in zip(asked, answer, strict=True) if is_here}


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, decode_responses=True)
