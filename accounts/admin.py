"""People in the admin: their choices, devices, digest; and management tokens."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import people
from accounts.models import ChannelPreference, Device, DigestSchedule, Erasure, HostToken, User
from accounts.staff_rights import GuardedGroups, GuardedPeople
from accounts.tokens import mint_management_token
from notifcenter import staff, tokens
from notifcenter.models import Delivery, InboxItem, State


class PreferenceLines(staff.ReadOnly, admin.TabularInline):
    """What a person chose, a line for each provider."""

    model = ChannelPreference
    fields = readonly_fields = ("source", "channels", "email_mode")

    @admin.display(description=_("provider"))
    def source(self, row: ChannelPreference) -> str:
        """Its name."""
        return str(row.provider.label)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ChannelPreference]:
        """With the providers, in the same query."""
        return super().get_queryset(request).select_related("provider")


class ShowsTransport:
    """A mixin for admins of devices."""

    @admin.display(description=_("transport"))
    def transport_label(self, row: Device) -> str:
        """For people to read."""
        return row.transport_label


class DeviceLines(ShowsTransport, staff.ReadOnly, admin.TabularInline):
    """A person's devices without their addresses, which are secrets."""

    model = Device
    fields = readonly_fields = (
        "name",
        "channel",
        "transport_label",
        "active",
        "created_at",
        "last_used_at",
        "last_error",
    )


class DigestLines(staff.ReadOnly, admin.TabularInline):
    """When the daily mail goes out."""

    model = DigestSchedule
    extra = 0
    fields = readonly_fields = ("time", "timezone", "window_start", "next_due_at", "mailed_at")


@admin.register(User)
class PersonAdmin(GuardedPeople, staff.EndlessAdmin, UserAdmin):
    """People, and why something did not reach them."""

    list_display = ("username", "email", "first_name", "last_name", "receive_notifications", "is_active", "deliveries")
    list_filter = (
        "is_active",
        "is_staff",
        "receive_notifications",
        ("former_username", admin.EmptyFieldListFilter),
    )
    search_help_text = _("A username, a name or an e-mail address.")
    ordering = ("-pk",)
    inlines = (PreferenceLines, DeviceLines, DigestLines)
    readonly_fields = ("former_username", "deliveries", "failures", "centre", "last_login", "date_joined")
    actions = ("settle_username",)
    fieldsets = (
        *cast(Any, UserAdmin.fieldsets),
        (_("Another spelling"), {"fields": ("former_username",), "classes": ("collapse",)}),
        (_("Why did it not reach them?"), {"fields": ("deliveries", "failures", "centre")}),
        (
            _("Notifications"),
            {
                "fields": (
                    "language",
                    "timezone",
                    "receive_notifications",
                    "quiet_while_active",
                    "mail_off",
                    "mail_blocked",
                )
            },
        ),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Deleting by hand would leave traces elsewhere."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list; usernames that are to be settled are named above it."""
        if request.method == "GET" and (note := people.unsettled_usernames()):
            self.message_user(request, note, messages.WARNING)
        return super().changelist_view(request, extra_context)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: Any) -> None:
        """A new username settles which of two people the old spelling means."""
        super().save_model(request, obj, form, change)
        if change and "username" in form.changed_data:
            people.settle_username(obj)

    @admin.action(description=_("Let the former username end"), permissions=["change"])
    def settle_username(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        """From now on each spelling of it means who has the username."""
        for user in rows.exclude(former_username=None):
            people.settle_username(user)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """None for a new person."""
        return self.inlines if obj else ()

    @admin.display(description=_("deliveries"))
    def deliveries(self, row: User) -> str:
        """A link to all their deliveries."""
        return staff.link(Delivery, _("show"), user__id__exact=row.pk) if row.pk else ""

    @admin.display(description=_("failed"))
    def failures(self, row: User) -> str:
        """A link to their failed deliveries."""
        return staff.link(Delivery, _("show"), user__id__exact=row.pk, state=State.FAILED.value) if row.pk else ""

    @admin.display(description=_("centre"))
    def centre(self, row: User) -> str:
        """A link to their items."""
        return staff.link(InboxItem, _("show"), user__id__exact=row.pk) if row.pk else ""


admin.site.unregister(Group)


@admin.register(Group)
class PeopleGroupAdmin(GuardedGroups, GroupAdmin):
    """Groups of people; they can be addressed together."""


@admin.register(Device)
class DeviceAdmin(ShowsTransport, staff.ReadOnly, staff.EndlessAdmin):
    """Every device, without its address, which is a secret."""

    list_display = ("user", "name", "channel", "transport_label", "active", "last_used_at", "last_error")
    list_select_related = ("user",)
    list_filter = ("channel", "transport", "active")
    search_fields = ("user__username",)
    search_help_text = _("A username or an e-mail address.")
    fields = ("user", *DeviceLines.fields)

    def get_search_results(self, request: HttpRequest, rows: QuerySet[Any], term: str) -> tuple[QuerySet[Any], bool]:
        """By exact username or e-mail address of a person."""
        return (rows.filter(user__in=staff.people_named(term.strip())) if term.strip() else rows), False


@admin.register(Erasure)
class ErasureAdmin(staff.ReadOnly, admin.ModelAdmin):
    """That people were erased, without their names."""

    list_display = ("at", "by")
    fields = ("at", "by", "rows")
    ordering = ("-pk",)


@admin.register(HostToken)
class HostTokenAdmin(admin.ModelAdmin):
    """Management tokens: made here, shown once, revoked here."""

    list_display = ("name", "prefix", "created_at", "revoked_at")
    fields = ("name", "prefix", "created_at", "revoked_at")
    ordering = ("-id",)
    actions = ("revoke",)

    def get_fields(self, request: HttpRequest, obj: HostToken | None = None) -> Any:
        """A new one needs only a name."""
        return self.fields if obj else ("name",)

    def get_readonly_fields(self, request: HttpRequest, obj: HostToken | None = None) -> Any:
        """Only its name may change."""
        return self.fields[1:] if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It is revoked instead, so that it stays on record."""
        return False

    def save_model(self, request: HttpRequest, obj: HostToken, form: Any, change: bool) -> None:  # noqa: FBT001  Django's
        """Make a new one as the command does."""
        if change:
            return super().save_model(request, obj, form, change)
        raw = mint_management_token(obj.name)
        obj.pk = HostToken.objects.get(prefix=raw.split("_")[1]).pk
        request.META["notifcenter.new_token"] = raw

    def response_add(self, request: HttpRequest, obj: HostToken, post_url_continue: str | None = None) -> HttpResponse:
        """The page that shows the new token, this once."""
        back = reverse("admin:accounts_hosttoken_changelist")
        return staff.show_token(request, self, request.META["notifcenter.new_token"], back)

    @admin.action(description=_("Revoke"), permissions=["change"])
    def revoke(self, request: HttpRequest, rows: QuerySet[HostToken]) -> None:
        """Revoke the chosen tokens."""
        revoked = tokens.revoke(rows)
        sentence = ngettext("%(n)d token was revoked.", "%(n)d tokens were revoked.", revoked)
        self.message_user(request, sentence % {"n": revoked}, messages.SUCCESS)
