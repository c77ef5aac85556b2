"""What a page needs to begin with: in the page itself, by REST for pages of another site, and in the first frame."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from accounts.models import User
from channels_app.live import presence, releases, widget_constants
from channels_app.live.visitor import Person
from notifcenter.inbox import changes
from notifcenter.models import Inbox

SHOWN_PEOPLE = 1000


def context(request: HttpRequest) -> dict[str, Any]:
    """A context processor: ``page`` for who is signed in, asked for only by templates that use it."""
    person = request.user
    return {"page": lambda: page(person)} if isinstance(person, User) else {}


def page(person: User) -> dict[str, Any]:
    """Everything the SDK starts from."""
    head, people = changes.head(person.pk), presence.visible(person)[:SHOWN_PEOPLE]
    return widget_constants.constants(person, list(people)) | {
        "cursor": head.revision,
        "unread": head.unread,
        "version": releases.current(),
        "presence": presence.of_visible(person),
        "entity_urls": settings.ENTITY_URLS,
        "crm_url": settings.CRM_URL if _origin(settings.CRM_URL) != _origin(settings.PUBLIC_URL) else "",
    }


def hellos(people: Sequence[Person]) -> list[tuple[dict[str, Any], Inbox]]:
    """The first frame for each of them, and the head it tells."""
    heads, version = changes.heads([person.pk for person in people]), releases.current()
    return [
        _hello(heads.get(person.pk) or Inbox(user_id=person.pk), version, told)
        for person, told in zip(people, presence.told(people), strict=True)
    ]


def _hello(head: Inbox, version: str, told: dict[str, bool]) -> tuple[dict[str, Any], Inbox]:
    begin = {"type": "hello", "cursor": head.revision, "unread": head.unread}
    return begin | {"version": version, "presence": told}, head


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
