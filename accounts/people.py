"""People as the host application manages them: create or change one, with groups."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.preferences import digest_hour
from notifcenter.database import prepared

MAIL_ADDRESSES = "SELECT id, email FROM accounts_user WHERE email <> '' AND id IN ({users})"
REASON_MAX = 500


def save(username: str, fields: dict[str, Any]) -> tuple[User, bool]:
    """The person of that name with these fields changed; True when new. ``groups`` (names) replaces their groups."""
    values = {name: value for name, value in fields.items() if name != "groups"}
    with transaction.atomic():
        user, new = User.objects.get_or_create(username=username)
        zone_before = user.timezone
        if values.get("email", user.email) != user.email:
            user.mail_blocked = ""
        for name, value in values.items():
            setattr(user, name, value)
        if new:
            user.set_unusable_password()
        user.save()
        if "groups" in fields:
            user.groups.set([Group.objects.get_or_create(name=name)[0] for name in fields["groups"]])
        if user.timezone != zone_before and not new:
            digest_hour.reschedule(user, timezone.now())
    return user, new


def mail_addresses(users: Sequence[int]) -> dict[int, str]:
    """The mail addresses of those of them who have one, by id, in one query."""
    return dict(prepared.rows(MAIL_ADDRESSES.format(users=", ".join(["%s"] * len(users))), users))


def stop_mail(pk: int, address: str, reason: str) -> None:
    """No more mail to this address until it is confirmed again; nothing where the person has another one meanwhile."""
    User.objects.filter(pk=pk, email=address).update(mail_blocked=reason[:REASON_MAX])


def as_document(user: User) -> dict[str, Any]:
    """A person as a JSON object for the host application."""
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
