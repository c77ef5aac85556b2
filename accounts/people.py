"""People as the host application manages them: create or change one, with groups."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import mail_address
from accounts.models import UNCONFIRMED, User
from accounts.preferences import digest_hour
from notifcenter import usernames
from notifcenter.database import prepared

MAIL_ADDRESSES = "SELECT id, email FROM accounts_user WHERE email <> '' AND id IN ({users})"
REASON_MAX = 500
SHOWN = 20


def save(username: str, fields: dict[str, Any]) -> tuple[User, bool]:
    """The person of that name with these fields changed; True when new. ``groups`` (names) replaces their groups.

    Raises ``usernames.Ambiguous``, and PermissionDenied for an account that a host application may not change.
    """
    values = {name: value for name, value in fields.items() if name != "groups"}
    with transaction.atomic():
        user, new = _get_or_create(username)
        check_not_staff(user)
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


def check_not_staff(user: User) -> None:
    """Raise PermissionDenied for an account that no host application may touch."""
    if user.is_staff or user.is_superuser:
        raise PermissionDenied("This account is one of staff: only an administrator changes, exports or erases it.")


def mail_addresses(users: Sequence[int]) -> dict[int, str]:
    """The mail addresses of those of them who have one, by id, in one query."""
    return dict(prepared.rows(MAIL_ADDRESSES.format(users=", ".join(["%s"] * len(users))), users))


def with_mail_address(address: str) -> list[User]:
    """The people who have this mail address, however its letter case and its domain are written."""
    wanted = mail_address.canonical(address)
    near = User.objects.filter(email__istartswith=f"{address.rpartition('@')[0]}@") if "@" in address else ()
    return [user for user in near if mail_address.canonical(user.email) == wanted]


def stop_mail(address: str, reason: str) -> None:
    """No more mail to this address, whose ever it is, until it is confirmed again."""
    for user in with_mail_address(address):
        same = User.objects.filter(pk=user.pk, email=user.email).exclude(mail_blocked=UNCONFIRMED)
        same.update(mail_blocked=reason[:REASON_MAX])


def unsettled_usernames() -> str:
    """A sentence for staff with the usernames that differed from an older one only in letter case; or nothing."""
    rows = User.objects.exclude(former_username=None).order_by("pk").values_list("former_username", "username")
    names = ", ".join(f"{former} → {username}" for former, username in rows[:SHOWN])
    if not names:
        return ""
    return _("Usernames that differed only in letter case were changed: %(names)s. Settle them.") % {"names": names}


def settle_username(user: User) -> None:
    """The former spellings of this user's name end; any spelling then means who has the username."""
    if user.former_key:
        User.objects.filter(former_key=user.former_key).update(former_username=None, former_key=None)


def _get_or_create(username: str) -> tuple[User, bool]:
    """By any spelling; of two calls at once that create a person one finds the other's."""
    try:
        return User.objects.named(username), False
    except User.DoesNotExist:
        name = usernames.normalized(username)
        return User.objects.get_or_create(username_key=usernames.key_of(name), defaults={"username": name})


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
        "groups": sorted(group.name for group in user.groups.all()),
    }
