"""Recipients: 7, "anna", "group:sales", "all" become people.

The user model is settings.AUTH_USER_MODEL; the core relies on its usernames (see ``notifcenter.usernames``),
``is_active``, ``groups``, ``language``, ``timezone`` and ``receive_notifications``, and on nothing else.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib.auth import get_user_model

from notifcenter import usernames
from notifcenter.database import prepared

ALL = "all"
GROUP = "group:"
RECIPIENTS_MAX = 10_000
"""How many names a list may have."""
PEOPLE = "SELECT id, username, receive_notifications FROM {table} WHERE is_active = %s AND {column} IN ({values})"

Named = Sequence[int | str] | str


class Unknown(Exception):
    """Some of the names are nobody's. ``wrong``: {index in the list: what is wrong}."""

    def __init__(self, wrong: dict[int, str]) -> None:
        super().__init__("; ".join(wrong.values()))
        self.wrong = wrong


def resolve(named: Named) -> dict[int, bool]:
    """The people meant, by ascending id, each with the master switch (True: receives). Raises Unknown.

    A number is an id, a string a username or ``group:NAME``; ``"all"`` alone is everybody. Raises usernames.Ambiguous.
    """
    if named == ALL:
        return _sorted(_active())
    listed = list(named)
    found = _by_id(listed) | _by_name(listed) | _by_group(listed)
    wrong = {index: _complaint(name) for index, name in enumerate(listed) if not found.get(name)}
    if wrong:
        raise Unknown(wrong)
    return dict(sorted(person for members in found.values() for person in members.items()))


def still_there(ids: Iterable[int]) -> dict[int, bool]:
    """Those of these ids that are people, active or not, each with the master switch."""
    people = get_user_model()._default_manager.filter(pk__in=list(ids))
    return dict(people.values_list("pk", "receive_notifications"))


def _active() -> Any:
    return get_user_model()._default_manager.filter(is_active=True)


def _sorted(people: Any) -> dict[int, bool]:
    return dict(people.order_by("pk").values_list("pk", "receive_notifications"))


def _by_id(listed: list[int | str]) -> dict[int | str, dict[int, bool]]:
    ids = [name for name in listed if isinstance(name, int) and abs(name) < 2**63]
    return {pk: {pk: receives} for pk, _username, receives in _found("id", ids)}


def _by_name(listed: list[int | str]) -> dict[int | str, dict[int, bool]]:
    names = [name for name in listed if isinstance(name, str) and not name.startswith(GROUP)]
    owners = usernames.owners(names).items()
    return {name: {owner.id: owner.receive_notifications} for name, owner in owners if owner.is_active}


def _found(column: str, values: Sequence[int | str]) -> Iterator[tuple[int, str, bool]]:
    if values:
        table, marks = get_user_model()._meta.db_table, ", ".join(["%s"] * len(values))
        asked = PEOPLE.format(table=table, column=column, values=marks)
        for pk, username, receives in prepared.rows(asked, [True, *values]):
            yield pk, username, bool(receives)


def _by_group(listed: list[int | str]) -> dict[int | str, dict[int, bool]]:
    names = {name.removeprefix(GROUP) for name in listed if isinstance(name, str) and name.startswith(GROUP)}
    found: dict[int | str, dict[int, bool]] = {}
    if names:
        members = _active().filter(groups__name__in=names).order_by("pk")
        for name, pk, receives in members.values_list("groups__name", "pk", "receive_notifications"):
            found.setdefault(f"{GROUP}{name}", {})[pk] = receives
    return found


def _complaint(name: int | str) -> str:
    if isinstance(name, str) and name.startswith(GROUP):
        return f"The group {name.removeprefix(GROUP)!r} does not exist or has no active member."
    return f"There is no active user with {'the id' if isinstance(name, int) else 'the username'} {name!r}."
