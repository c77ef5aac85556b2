"""What staff sees of the channels: deliveries with their timeline and reason, and how to try again."""

from datetime import datetime
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from channels_app.delivery import deliver
from channels_app.models import DigestMail, Release
from channels_app.queue import wakeup
from notifcenter import delivery_list, staff
from notifcenter.channel import all_channels, channel_named
from notifcenter.inbox import settled
from notifcenter.models import Delivery, DeliveryEvent, State
from notifcenter.plain_number import plain_number
from notifcenter.reasons import explain_to_staff

RETRIED = (State.FAILED, State.EXPIRED)


class EventLines(staff.ReadOnly, admin.TabularInline):
    """The timeline."""

    model = DeliveryEvent
    verbose_name_plural = _("timeline")
    fields = readonly_fields = ("moment", "happened", "words")

    @admin.display(description=_("time"))
    def moment(self, row: DeliveryEvent) -> datetime:
        """When."""
        return row.at

    @admin.display(description=_("what happened"))
    def happened(self, row: DeliveryEvent) -> str:
        """In words."""
        return str(HAPPENED.get(row.what, row.what))

    @admin.display(description=_("details"))
    def words(self, row: DeliveryEvent) -> str:
        """Why, or the words of the other side."""
        return explain_to_staff(row.detail)


HAPPENED = {
    **dict(State.choices),
    "retry": _("Will be tried again"),
    "delivered": _("Delivered"),
    "opened": _("Opened"),
    "clicked": _("Clicked"),
    "bounced": _("Returned"),
    "complained": _("Reported as spam"),
}


@admin.register(Delivery)
class DeliveryAdmin(staff.ReadOnly, staff.EndlessAdmin):
    """What went out, what did not, and why; failed ones can be tried again."""

    list_display = (
        "created_at",
        "notice",
        "person",
        "channel_label",
        "state",
        "why",
        "attempts",
        "due_at",
        "finished_at",
    )
    list_select_related = ("notification", "user")
    list_filter = (
        delivery_list.StateFilter,
        delivery_list.ChannelFilter,
        "notification__provider",
        "notification__kind",
        "created_at",
    )
    search_fields = ("user__username",)
    search_help_text = _("A notification's id, a username or an e-mail address, or words of recent notifications.")
    fields = (
        ("notice", "person"),
        ("channel_label", "device"),
        "state",
        "why",
        "attempts",
        ("created_at", "due_at", "leased_until"),
        ("expires_at", "finished_at"),
    )
    readonly_fields = ("notice", "person", "channel_label", "why")
    inlines = (EventLines,)
    actions = ("try_again",)

    def get_changelist(self, request: HttpRequest, **options: object) -> type[delivery_list.DeliveryChangeList]:
        """The one that has the settled deliveries, too."""
        return delivery_list.DeliveryChangeList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Delivery | None:
        """A row, or a settled delivery, whose id is below zero."""
        if object_id.startswith("-"):
            return settled.find(-(plain_number(object_id[1:]) or 0))
        return super().get_object(request, object_id, from_field)

    def get_search_results(self, request: HttpRequest, rows: QuerySet[Any], term: str) -> tuple[QuerySet[Any], bool]:
        """By person, else by notification."""
        if not (term := term.strip()):
            return rows, False
        if people := staff.people_named(term):
            return rows.filter(user__in=people), False
        return rows.filter(notification__in=staff.notifications_with(term)), False

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Whoever may change deliveries."""
        return cast(Any, request.user).has_perm("notifcenter.change_delivery")

    @admin.action(description=_("Try again (those that failed)"), permissions=["retry"])
    def try_again(self, request: HttpRequest, rows: QuerySet[Delivery]) -> None:
        """Try the failed ones again from the start."""
        done = _retry(rows)
        message = ngettext("%(n)d delivery is tried again.", "%(n)d deliveries are tried again.", done)
        self.message_user(request, message % {"n": done}, messages.SUCCESS if done else messages.WARNING)

    def get_urls(self) -> list[Any]:
        """With the button's address."""
        view = self.admin_site.admin_view(require_POST(self.retry_one))
        return [path("<int:pk>/retry/", view, name="delivery-retry"), *super().get_urls()]

    def retry_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Try one again."""
        if not self.has_retry_permission(request):
            raise PermissionDenied
        get_object_or_404(Delivery, pk=pk)
        self.try_again(request, Delivery.objects.filter(pk=pk))
        return HttpResponseRedirect(reverse("admin:notifcenter_delivery_change", args=[pk]))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With the button where it failed."""
        row = Delivery.objects.filter(pk=plain_number(object_id) or 0, state__in=RETRIED)
        shown = {"may_retry": self.has_retry_permission(request) and row.exists()}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | shown)

    @admin.display(description=_("notification"))
    def notice(self, row: Delivery) -> str:
        """A link to it."""
        return staff.notification_link(row.notification)

    @admin.display(description=_("user"))
    def person(self, row: Delivery) -> str:
        """A link to them."""
        return staff.link_to(row.user)

    @admin.display(description=_("channel"))
    def channel_label(self, row: Delivery) -> str:
        """Its name."""
        channel = channel_named(row.channel)
        return str(channel.label) if channel else row.channel

    @admin.display(description=_("reason"))
    def why(self, row: Delivery) -> str:
        """In plain words."""
        return explain_to_staff(row.reason, row.channel)


@admin.register(DigestMail)
class DigestMailAdmin(staff.ReadOnly, staff.EndlessAdmin):
    """The daily mails."""

    list_display = ("user", "window_start", "window_end", "state", "why", "attempts", "finished_at")
    list_select_related = ("user",)
    list_filter = ("state",)
    search_fields = ("user__username",)
    search_help_text = _("A username or an e-mail address.")
    fields = ("user", "window_start", "window_end", "state", "why", "attempts", "due_at", "finished_at")
    readonly_fields = ("why",)

    def get_search_results(self, request: HttpRequest, rows: QuerySet[Any], term: str) -> tuple[QuerySet[Any], bool]:
        """Of one person."""
        return (rows.filter(user__in=staff.people_named(term.strip())) if term.strip() else rows), False

    @admin.display(description=_("reason"))
    def why(self, row: DigestMail) -> str:
        """In plain words."""
        return explain_to_staff(row.reason)


@admin.register(Release)
class ReleaseAdmin(staff.ReadOnly, admin.ModelAdmin):
    """Which versions came out."""

    list_display = ("version", "released_at")


def _retry(rows: QuerySet[Delivery]) -> int:
    codes = {channel.code for channel in all_channels()}
    done = deliver.retry(rows, now=timezone.now())
    wakeup.wake(codes if done else ())
    return done
