"""Whom each page is shown, of those whom its person may see."""

from collections.abc import Collection, Iterable, Sequence, Set
from typing import Any

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from accounts.models import User
from notifcenter.publishing.visibility import Watcher, is_small

LISTED = 1000
"""So many people are listed to one page, those online first; others are asked for by their ids."""

membership = User.groups.through.objects


def listed(people: Sequence[Watcher], online: Set[int]) -> list[list[int]]:
    """The ids that each of them is shown: at most ``LISTED``, themselves first, then who is ``online``, then by id."""
    if is_small():
        everybody = list(User.objects.filter(is_active=True).values_list("pk", flat=True))
        everybody.sort(key=lambda pk: (pk not in online, pk))
        return [_with_self(person.pk, everybody) for person in people]
    groups = _groups_of({person.pk for person in people})
    members = _members({group for of_person in groups.values() for group in of_person}, online)
    lists: dict[frozenset[int], list[int]] = {}  # many people are in the same groups
    for key in set(groups.values()):
        lists[key] = sorted(
            {pk for group in key for pk in members.get(group, ())}, key=lambda pk: (pk not in online, pk)
        )
    return [_with_self(person.pk, lists.get(groups.get(person.pk, frozenset()), [])) for person in people]


def who_sees(watching: Collection[int], changed: Collection[int]) -> dict[int, set[int]]:
    """By each of those watching, whom of the changed they share a group with; who sees none of them is absent."""
    members: dict[int, set[int]] = {}
    for group, user in membership.filter(user_id__in=changed).values_list("group_id", "user_id"):
        members.setdefault(group, set()).add(user)
    seen: dict[int, set[int]] = {}
    sharing = membership.filter(group_id__in=list(members), user_id__in=watching)
    for group, user in sharing.values_list("group_id", "user_id"):
        seen.setdefault(user, set()).update(members[group] - {user})
    return {user: others for user, others in seen.items() if others}


def _with_self(pk: int, others: Iterable[int]) -> list[int]:
    return [pk, *(other for other in others if other != pk)][:LISTED]


def _groups_of(users: Collection[int]) -> dict[int, frozenset[int]]:
    groups: dict[int, set[int]] = {}
    for user, group in membership.filter(user_id__in=users).values_list("user_id", "group_id"):
        groups.setdefault(user, set()).add(group)
    return {user: frozenset(of_user) for user, of_user in groups.items()}


def _members(groups: Collection[int], online: Set[int]) -> dict[int, set[int]]:
    """The active members of each group: all who are online, and the first ``LISTED`` by id."""
    active = membership.filter(group_id__in=groups, user__is_active=True)
    place = Window(RowNumber(), partition_by=F("group_id"), order_by=F("user_id").asc())
    first: QuerySet[Any] = active.annotate(place=place)
    first = first.filter(place__lte=LISTED)
    members: dict[int, set[int]] = {}
    for rows in (active.filter(user_id__in=online), first):
        for group, user in rows.values_list("group_id", "user_id"):
            members.setdefault(group, set()).add(user)
    return members
