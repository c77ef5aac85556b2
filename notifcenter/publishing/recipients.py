"""Recipients: 7, "anna", "group:sales", "all" become people.

The user model is settings.AUTH_USER_MODEL; the core relies on its usernames (see ``notifcenter.usernames``),
``is_active``, ``groups``, ``language``, ``timezone`` and ``receive_notifications``, and on nothing else.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from notifcenter import usernames
from notifcenter.database import prepared
from notifcenter.publishing import visibility
from notifcenter.publishing.visibility import Watcher

ALL = "all"
GROUP = "group:"
RECIPIENTS_MAX = 10_000
"""How many names a list may have."""
ACTIVE_PEOPLE = "SELECT id, receive_notifications FROM {table} WHERE is_active = %s AND id IN ({ids})"

Named = Sequence[int | str] | str
_MembersByName = dict[int | str, dict[int, bool]]


class Unknown(Exception):
    """Some recipients do not exist. ``wrong``: {index in the list: what is wrong}."""

    def __init__(self, wrong: dict[int, str]) -> None:
        super().__init__("; ".join(wrong.values()))
        self.wrong = wrong


def resolve(named: Named, *, seen_by: Watcher | None = None) -> dict[int, bool]:
    """{user id: whether the master switch is on} of active people, by ascending id. Raises Unknown.

    A number is an id, a string a username or ``group:NAME``; ``"all"`` alone is everybody. Raises usernames.Ambiguous.
    With ``seen_by`` those whom that person may not see do not exist.
    """
    if named == ALL:
        return _switches(_active() if seen_by is None else visibility.visible(seen_by))
    names = list(named)
    members_by_name = _by_id(names) | _by_name(names) | _by_group(names)
    if seen_by is not None:
        members_by_name = _only_visible(members_by_name, seen_by)
    wrong = {index: _complaint(name) for index, name in enumerate(names) if not members_by_name.get(name)}
    if wrong:
        raise Unknown(wrong)
    return dict(sorted(person for members in members_by_name.values() for person in members.items()))


def resolve_present(named: Named) -> dict[int, bool]:
    """``resolve``, without names that are nobody's any more."""
    try:
        return resolve(named)
    except Unknown as error:
        present = [name for index, name in enumerate(named) if index not in error.wrong]
        return resolve(present) if present else {}


def are_single(named: Named) -> bool:
    """Whether only single people are named: neither everybody nor a group."""
    return not isinstance(named, str) and not any(isinstance(name, str) and name.startswith(GROUP) for name in named)


def existing(ids: Iterable[int]) -> dict[int, bool]:
    """{user id: whether the master switch is on} of those ids that still exist, active or not."""
    return _switches(_users().filter(pk__in=list(ids)))


def _only_visible(members_by_name: _MembersByName, person: Watcher) -> _MembersByName:
    ids = {pk for members in members_by_name.values() for pk in members}
    seen = set(visibility.visible(person).filter(pk__in=ids).values_list("pk", flat=True))
    return {
        name: {pk: receives for pk, receives in members.items() if pk in seen}
        for name, members in members_by_name.items()
    }


def _users() -> QuerySet[Any]:
    return get_user_model().objects.all()


def _active() -> QuerySet[Any]:
    return _users().filter(is_active=True)


def _switches(people: QuerySet[Any]) -> dict[int, bool]:
    return dict(people.order_by("pk").values_list("pk", "receive_notifications"))


def _by_id(names: list[int | str]) -> dict[int | str, dict[int, bool]]:
    ids = [name for name in names if isinstance(name, int) and abs(name) < 2**63]
    return {pk: {pk: receives} for pk, receives in _active_with(ids)}


def _by_name(names: list[int | str]) -> dict[int | str, dict[int, bool]]:
    owners = usernames.owners([name for name in names if isinstance(name, str) and not name.startswith(GROUP)]).items()
    return {name: {owner.id: owner.receive_notifications} for name, owner in owners if owner.is_active}


def _active_with(ids: Sequence[int]) -> Iterator[tuple[int, bool]]:
    if ids:
        statement = ACTIVE_PEOPLE.format(table=_users().model._meta.db_table, ids=", ".join(["%s"] * len(ids)))
        for pk, receives in prepared.rows(statement, [True, *ids]):
            yield pk, bool(receives)


def _by_group(listed: list[int | str]) -> dict[int | str, dict[int, bool]]:
    names = {name.removeprefix(GROUP) for name in listed if isinstance(name, str) and name.startswith(GROUP)}
    groups: dict[int | str, dict[int, bool]] = {}
    if names:
        members = _active().filter(groups__name__in=names).order_by("pk")
        for name, pk, receives in members.values_list("groups__name", "pk", "receive_notifications"):
            groups.setdefault(f"{GROUP}{name}", {})[pk] = receives
    return groups


def _complaint(name: int | str) -> str:
    if isinstance(name, str) and name.startswith(GROUP):
        return f"The group {name.removeprefix(GROUP)!r} does not exist or has no active member."
    return f"There is no active user with {'the id' if isinstance(name, int) else 'the username'} {name!r}."
