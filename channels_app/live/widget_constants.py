"""What amoCRM's widgets ask their page for: the account, its people and groups, the providers."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32

from django.conf import settings
from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from accounts.models import User
from notifcenter.models import Provider
from notifcenter.publishing import categories
from notifcenter.usernames import display_name

NO_GROUP = "group_0"


def constants(person: User, people: Sequence[User]) -> dict[str, Any]:
    """``people`` are those whom the page of ``person`` may name."""
    groups, group_of = _groups(person, people)
    return {
        "user": _user(person),
        "account": _account(people),
        "user_rights": {"is_admin": person.is_staff},
        "managers": {str(other.pk): _manager(other, group_of.get(other.pk, NO_GROUP)) for other in people},
        "groups": groups,
        "widgets": {provider.code: _widget(provider, person.language) for provider in Provider.objects.all()},
        "widgets_system": _system(person),
    }


def _user(person: User) -> dict[str, Any]:
    return {
        "id": person.pk,
        "name": display_name(person),
        "login": person.username,
        "language": person.language,
        "timezone": person.timezone,
        "is_admin": person.is_staff,
        "personal_mobile": "",
        "photo": "",
    }


def _account(people: Sequence[User]) -> dict[str, Any]:
    host = _host()
    return {
        "id": (crc32(host.encode()) & 0x7FFFFFFF) or 1,
        "subdomain": host.partition(".")[0],
        "name": host,
        "language": settings.LANGUAGE_CODE,
        "timezone": settings.TIME_ZONE,
        "users": {str(person.pk): display_name(person) for person in people},
    }


def _manager(person: User, group: str) -> dict[str, Any]:
    name = display_name(person)
    facts = {"id": person.pk, "title": name, "option": name, "login": person.username, "group": group}
    return facts | {"active": person.is_active, "is_admin": person.is_staff}


def _groups(person: User, people: Sequence[User]) -> tuple[dict[str, str], dict[int, str]]:
    """Names by key, and the key of each person's group: one shared with ``person`` where there is one."""
    ids = {other.pk for other in people}
    rows = User.groups.through.objects.filter(user_id__in=ids).order_by("group_id").values_list("user_id", "group_id")
    own = {group for user, group in rows if user == person.pk}
    group_of: dict[int, int] = {}
    for user, group in sorted(rows, key=lambda row: row[1] not in own):
        group_of.setdefault(user, group)
    names = Group.objects.filter(pk__in=own | set(group_of.values())).values_list("pk", "name")
    groups = {NO_GROUP: _("No group")} | {f"group_{pk}": name for pk, name in names}
    return groups, {user: f"group_{group}" for user, group in group_of.items()}


def _widget(provider: Provider, language: str) -> dict[str, Any]:
    shown = {"name": provider.label, "icon": provider.icon, "categories": categories.names(provider, language)}
    return shown | {"init_once": provider.init_once, "params": {"widget_active": "Y"}}


def _system(person: User) -> dict[str, str]:
    host = _host()
    return {
        "amouser": person.username,
        "amohash": "",
        "domain": host,
        "subdomain": host.partition(".")[0],
        "area": "",
    }


def _host() -> str:
    return urlsplit(settings.PUBLIC_URL).hostname or "localhost"
