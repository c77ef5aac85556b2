"""What a page starts with: in the page itself, by REST for pages of another site, and in the first frame."""

from collections.abc import Sequence, Set
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.http import HttpRequest

from accounts.models import User
from channels_app.live import presence, releases
from channels_app.live.visible_people import Watcher
from notifcenter.inbox import changes
from notifcenter.models import Inbox, Provider


def context(request: HttpRequest) -> dict[str, Any]:
    """A context processor: ``page`` for who is signed in, computed only for templates that use it."""
    person = request.user
    return {"page": lambda: page(person)} if isinstance(person, User) else {}


def page(person: User) -> dict[str, Any]:
    """Everything the SDK starts from."""
    head, online = changes.head(person.pk), presence.of_listed(person)
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
        "presence": {str(pk): is_here for pk, is_here in online.items()},
        "managers": {str(pk): _manager(other) for pk, other in User.objects.in_bulk(online).items()},
        "groups": {str(group.pk): group.name for group in Group.objects.filter(user=person)},
        "account": {},
        "widgets": {provider.code: _widget(provider) for provider in Provider.objects.all()},
        "entity_urls": settings.ENTITY_URLS,
    }


def hellos(people: Sequence[Watcher], present: Set[int]) -> list[tuple[dict[str, Any], Inbox]]:
    """The first frame for each of them, and the state of the inbox that it shows."""
    heads, version = changes.heads([person.pk for person in people]), releases.current()
    return [
        _hello(heads.get(person.pk) or Inbox(user_id=person.pk), version, listed)
        for person, listed in zip(people, presence.of_pages(people, present), strict=True)
    ]


def _hello(head: Inbox, version: str, listed: dict[str, bool]) -> tuple[dict[str, Any], Inbox]:
    begin = {"type": "hello", "cursor": head.revision, "unread": head.unread}
    return begin | {"version": version, "presence": listed}, head


def _name(person: User) -> str:
    return person.get_full_name() or person.username


def _manager(person: User) -> dict[str, Any]:
    return {"id": person.pk, "title": _name(person), "login": person.username, "active": person.is_active}


def _widget(provider: Provider) -> dict[str, Any]:
    return {"init_once": provider.init_once, "name": provider.label, "icon": provider.icon}
