"""Usernames: in NFKC, and one person whatever the letter case.

Of usernames that differed only so when this began, the newer got a suffix; ``former_username`` keeps the old spelling,
which goes on meaning its owner until staff settle it. The user model (settings.AUTH_USER_MODEL) has the columns
``username``, ``username_key``, ``former_username`` and ``former_key``.
"""

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q

from notifcenter.database import prepared

BY_KEY = """
    SELECT id, username, username_key, former_username, former_key, is_active, receive_notifications FROM {table}
    WHERE username_key IN ({marks}) OR former_key IN ({marks})"""
BY_NAME = """
    SELECT id, username, username_key, former_username, former_key, is_active, receive_notifications FROM {table}
    WHERE username IN ({marks})"""


class Ambiguous(Exception):
    """A spelling that could mean either of two people."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} could be either of two people; write the username as one of them spells it.")


@dataclass(frozen=True)
class Owner:
    """Whom a username means."""

    id: int
    username: str
    username_key: str | None
    former_username: str | None
    former_key: str | None
    is_active: bool
    receive_notifications: bool


class UsernameKeyField(models.CharField):
    """The key of the username in the field ``source``, filled in at every save; NULL where there is none."""

    def __init__(self, *args: Any, source: str = "username", **options: Any) -> None:
        self.source = source
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        """With ``source``, for migrations."""
        name, path, args, options = super().deconstruct()
        return name, path, args, options | {"source": self.source}

    def pre_save(self, model_instance: Any, add: bool) -> str | None:  # noqa: FBT001  Django's
        """The key, set on the instance too."""
        name = getattr(model_instance, self.source)
        key = key_of(name) if name else None
        setattr(model_instance, self.attname, key)
        return key


def display_name(person: Any) -> str:
    """A user's name as others see it: the full one, else the username."""
    return str(person.get_full_name() or person.get_username())


def normalized(name: str) -> str:
    """The name in NFKC, as it is stored and shown."""
    return unicodedata.normalize("NFKC", name)


def key_of(name: str) -> str:
    """Equal for all spellings of one username."""
    return normalized(normalized(name).casefold())


def spelt_as(name: str) -> Q:
    """The condition for everybody whom some spelling of this name means: of doubles both."""
    return Q(username_key=key_of(name)) | Q(former_key=key_of(name))


def owners(names: Collection[str]) -> dict[str, Owner]:
    """Whom each of these names means, active or not; who is nobody is absent. Raises Ambiguous. Mostly one query."""
    keys = {name: key_of(name) for name in names}
    rows = _rows(BY_KEY, [*set(keys.values())] * 2)
    meant = {name: owner for name, key in keys.items() if (owner := _owner(name, key, rows))}
    if missing := [name for name in names if name not in meant]:
        meant |= {owner.username: owner for owner in _rows(BY_NAME, missing)}  # by a version that knew no keys
    return meant


def _owner(name: str, key: str, rows: Iterable[Owner]) -> Owner | None:
    like = [owner for owner in rows if key in (owner.username_key, owner.former_key)]
    exact = [owner for owner in like if name in (owner.username, owner.former_username)]
    candidates = exact or like
    if len(candidates) > 1:
        raise Ambiguous(name)
    return candidates[0] if candidates else None


def _rows(statement: str, values: Sequence[str]) -> list[Owner]:
    if not values:
        return []
    marks = ", ".join(["%s"] * (len(values) // statement.count("{marks}")))
    table = get_user_model()._meta.db_table
    return [_read(row) for row in prepared.rows(statement.format(table=table, marks=marks), values)]


def _read(row: Sequence[Any]) -> Owner:
    pk, username, key, former, former_key, is_active, receives = row
    return Owner(pk, username, key, former, former_key, bool(is_active), bool(receives))
