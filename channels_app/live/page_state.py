"""What a page starts with: in the page itself, by REST for pages of another site, and in the first frame."""

from collections.abc import Sequence, Set
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from accounts.models import User
from accounts.preferences import pages
from channels_app.live import presence, releases, widget_constants
from notifcenter.inbox import replay
from notifcenter.models import Inbox
from notifcenter.publishing.visibility import Watcher


def context(request: HttpRequest) -> dict[str, Any]:
    """A context processor: ``page`` for who is signed in, computed once, and only for templates that use it."""
    person = getattr(request, "user", None)
    return {"page": cache(lambda: page(person))} if isinstance(person, User) else {}


def page(person: User) -> dict[str, Any]:
    """Everything the SDK starts from."""
    head, online = replay.latest_revision(person.pk), presence.of_listed(person)
    people = User.objects.in_bulk(online)
    return widget_constants.constants(person, [people[pk] for pk in online if pk in people]) | {
        "cursor": head.revision,
        "unread": head.unread,
        "version": releases.current(),
        "presence": {str(pk): is_here for pk, is_here in online.items()},
        "entity_urls": settings.ENTITY_URLS,
        "centre": pages.overview(person),
        "crm_url": settings.CRM_URL if _origin(settings.CRM_URL) != _origin(settings.PUBLIC_URL) else "",
    }


def hellos(people: Sequence[Watcher], present: Set[int]) -> list[tuple[dict[str, Any], Inbox]]:
    """The first frame for each of them, and the state of the inbox that it shows."""
    heads, version = replay.latest_revisions([person.pk for person in people]), releases.current()
    return [
        _hello(heads.get(person.pk) or Inbox(user_id=person.pk), version, listed)
        for person, listed in zip(people, presence.of_pages(people, present), strict=True)
    ]


def _hello(head: Inbox, version: str, listed: dict[str, bool]) -> tuple[dict[str, Any], Inbox]:
    begin = {"type": "hello", "cursor": head.revision, "unread": head.unread}
    return begin | {"version": version, "presence": listed}, head


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
