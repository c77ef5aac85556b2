"""What a page needs to begin with: in the page itself, by REST for pages of another site, and in the first frame."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.http import HttpRequest

from accounts.models import User
from channels_app.live import presence, releases
from channels_app.live.visitor import Person
from notifcenter.inbox import replay
from notifcenter.models import Inbox, Provider

SHOWN_PEOPLE = 1000


def context(request: HttpRequest) -> dict[str, Any]:
    """A context processor: ``page`` for who is signed in, asked for only by templates that use it."""
    person = request.user
    return {"page": lambda: page(person)} if isinstance(person, User) else {}


def page(person: User) -> dict[str, Any]:
    """Everything the SDK starts from."""
    head = replay.latest_revision(person.pk)
    return {
        "user": {
            "id": person.pk,
            "name": _name(person),
            "login": person.username,
            "language": person.language,
            "timezone": person.timezone,
        },
        "cursor": head.revision,
        "unread": head.unread,
        "version": releases.current(),
        "presence": presence.of_visible(person),
        "managers": {str(other.pk): _manager(other) for other in presence.visible(person)[:SHOWN_PEOPLE]},
        "groups": {str(group.pk): group.name for group in Group.objects.filter(user=person)},
        "account": {},
        "widgets": {provider.code: _widget(provider) for provider in Provider.objects.all()},
        "entity_urls": settings.ENTITY_URLS,
    }


def hellos(people: Sequence[Person]) -> list[tuple[dict[str, Any], Inbox]]:
    """The first frame for each of them, and the head it tells."""
    heads, version = replay.latest_revisions([person.pk for person in people]), releases.current()
    return [
        _hello(heads.get(person.pk) or Inbox(user_id=person.pk), version, told)
        for person, told in zip(people, presence.told(people), strict=True)
    ]


def _hello(head: Inbox, version: str, told: dict[str, bool]) -> tuple[dict[str, Any], Inbox]:
    begin = {"type": "hello", "cursor": head.revision, "unread": head.unread}
    return begin | {"version": version, "presence": told}, head


def _name(person: User) -> str:
    return person.get_full_name() or person.username


def _manager(person: User) -> dict[str, Any]:
    return {"id": person.pk, "title": _name(person), "login": person.username, "active": person.is_active}


def _widget(provider: Provider) -> dict[str, Any]:
    return {"init_once": provider.init_once, "name": provider.label, "icon": provider.icon}
