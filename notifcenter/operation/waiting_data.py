"""What is still to come to a person: chunks of fan-outs, and notifications that wait for their time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from django.db.models import QuerySet

from notifcenter.models import FanoutPart, Notification, ScheduledPublication
from notifcenter.usernames import key_of


class Person(Protocol):
    """What of a user's row tells whether they are named."""

    pk: int
    username: str
    former_key: str | None


@dataclass(frozen=True)
class Waiting:
    """Ids of notifications that are still to be placed: for this person, and for others."""

    for_person: set[UUID] = field(default_factory=set)
    for_others: set[UUID] = field(default_factory=set)


def waiting(user: Person) -> Waiting:
    """What is still to come."""
    to_come = Waiting()
    for part in FanoutPart.objects.iterator():
        to_come.for_person.update(UUID(pk) for pk, to in part.entries if user.pk in to)
        to_come.for_others.update(UUID(pk) for pk, to in part.entries if any(one != user.pk for one in to))
    for row in ScheduledPublication.objects.iterator():
        to_come.for_person.update([row.pk] if _without(row, user) != row.recipients else [])
        to_come.for_others.update([row.pk] if _without(row, user) else [])
    to_come.for_person.update(Notification.objects.filter(owner=user.pk, items=None).values_list("pk", flat=True))
    return to_come


def lock_chunks() -> None:
    """Wait for the fan-outs in hand, and let no other begin; before anything else is locked, as a fan-out does."""
    list(FanoutPart.objects.select_for_update().order_by("pk").values_list("pk"))


def leave(user: Person) -> Waiting:
    """Take the person out of what is still to come, which is locked; gives what was."""
    before = waiting(user)
    for part in FanoutPart.objects.order_by("pk"):
        _leave_part(part, user)
    for row in ScheduledPublication.objects.order_by("pk"):
        others = _without(row, user)
        if others and others != row.recipients:
            ScheduledPublication.objects.filter(pk=row.pk).update(recipients=others)
    return before


def scheduled(user: Person) -> QuerySet[ScheduledPublication]:
    """The schedules that name this person."""
    rows = ScheduledPublication.objects.iterator()
    return ScheduledPublication.objects.filter(pk__in=[row.pk for row in rows if _without(row, user) != row.recipients])


def _leave_part(part: FanoutPart, user: Person) -> None:
    others = [(pk, [one for one in to if one != user.pk]) for pk, to in part.entries]
    if any(user.pk in to for _pk, to in part.entries):
        part.entries = [(pk, to) for pk, to in others if to]
        part.save(update_fields=["entries"])
    if not part.entries:
        part.delete()


def _without(row: ScheduledPublication, user: Person) -> str | list[int | str]:
    """The recipients as written, but for this person."""
    names = row.recipients
    return names if isinstance(names, str) else list(_others(names, user))


def _others(names: Iterable[int | str], user: Person) -> Iterator[int | str]:
    keys = {key_of(user.username), user.former_key or key_of(user.username)}
    return (name for name in names if name != user.pk and not (isinstance(name, str) and key_of(name) in keys))
