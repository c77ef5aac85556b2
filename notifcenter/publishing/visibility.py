"""Who may see whom: everybody in a small installation, else people who share a group."""

from typing import Any, Protocol

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import QuerySet

SMALL = 1000


class Watcher(Protocol):
    """Who looks: a user's row, or the person of an open page."""

    @property
    def pk(self) -> int:
        """The user's id."""


def is_small() -> bool:
    """Whether there are so few users that everybody sees everybody."""
    return not get_user_model().objects.order_by("pk")[SMALL - 1 : SMALL].exists()


def visible(person: Watcher) -> QuerySet[Any]:
    """The active people somebody may see, themselves among them."""
    people: QuerySet[Any] = get_user_model().objects.filter(is_active=True)
    if not is_small():
        sharing = Group.user_set.through.objects.filter(group__user=person.pk).values("user_id")
        people = people.filter(pk__in=sharing) | people.filter(pk=person.pk)
    return people.order_by("pk")
