"""People as the host application tells of them: create or change one, with groups."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.preferences import resolve
from notifcenter.database import prepared

MAIL_ADDRESSES = "SELECT id, email FROM accounts_user WHERE email <> '' AND id IN ({users})"
WHY_MAX = 500


def save(username: str, given: dict[str, Any]) -> tuple[User, bool]:
    """The person of that name with what was given changed; True when new. ``groups`` (names) replaces their groups."""
    values = {name: value for name, value in given.items() if name != "groups"}
    with transaction.atomic():
        user, new = User.objects.get_or_create(username=username)
        moved = "timezone" in values and values["timezone"] != user.timezone
        if values.get("email", user.email) != user.email:
            user.mail_blocked = ""
        for name, value in values.items():
            setattr(user, name, value)
        if new:
            user.set_unusable_password()
        user.save()
        if "groups" in given:
            user.groups.set([Group.objects.get_or_create(name=name)[0] for name in given["groups"]])
        if moved and not new:
            resolve.reschedule(user, timezone.now())
    return user, new


def mail_addresses(users: Sequence[int]) -> dict[int, str]:
    """The mail addresses of those of them who have one, in one query."""
    return dict(prepared.rows(MAIL_ADDRESSES.format(users=", ".join(["%s"] * len(users))), users))


def stop_mail(pk: int, address: str, why: str) -> None:
    """No more mail to this address until it is confirmed again; who changed it meanwhile is spared."""
    User.objects.filter(pk=pk, email=address).update(mail_blocked=why[:WHY_MAX])


def shown(user: User) -> dict[str, Any]:
    """What the host application sees of a person."""
    return {
        "id": user.pk,
        "username": user.username,
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "language": user.language,
        "timezone": user.timezone,
        "groups": sorted(user.groups.values_list("name", flat=True)),
    }
