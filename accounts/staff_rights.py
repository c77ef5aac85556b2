"""Who of staff may change whom in the admin: nobody gains rights that way, their own or another's."""

from typing import Any

from django.contrib.auth.models import Group
from django.http import HttpRequest

from accounts.models import User

RIGHTS = ("is_staff", "is_superuser", "user_permissions")


def may_change(staff: Any, user: User) -> bool:
    """Superusers change everybody; others themselves, and people without rights.

    A colleague's password or e-mail address would give their rights away, so that is no smaller matter than a flag.
    """
    return bool(staff.is_superuser) or user.pk == staff.pk or not (user.is_staff or user.is_superuser)


class GuardedPeople:
    """A mixin for a UserAdmin: rights are changed by superusers only, and so is whoever has any."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Django's answer, but for people who have rights."""
        allowed = super().has_change_permission(request, obj)  # type: ignore[misc]
        return bool(allowed) and (obj is None or may_change(request.user, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The rights too, for who is no superuser."""
        fields = super().get_readonly_fields(request, obj)  # type: ignore[misc]
        return fields if _is_superuser(request) else (*fields, *RIGHTS)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Groups that carry permissions are offered to superusers only."""
        if db_field.name == "groups" and not _is_superuser(request):
            options["queryset"] = Group.objects.filter(permissions=None)
        return super().formfield_for_manytomany(db_field, request, **options)  # type: ignore[misc]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """Without taking away the groups that were not offered."""
        groups = form.instance.groups
        hidden = [] if _is_superuser(request) else list(groups.exclude(permissions=None).distinct())
        super().save_related(request, form, formsets, change)  # type: ignore[misc]
        groups.add(*hidden)


class GuardedGroups:
    """A mixin for a GroupAdmin: what a group may do is changed by superusers only."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The permissions too, for who is no superuser."""
        fields = super().get_readonly_fields(request, obj)  # type: ignore[misc]
        return fields if _is_superuser(request) else (*fields, "permissions")


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))
