"""What staff sees of the core: providers with their tokens, notifications, who got them."""

import json
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from notifcenter import staff, tokens
from notifcenter.content import plain_text, shorten
from notifcenter.models import (
    Delivery,
    InboxItem,
    Notification,
    Provider,
    ProviderToken,
    State,
    Webhook,
    WebhookCall,
)
from notifcenter.publishing import fanout
from notifcenter.reasons import explain

admin.site.site_header = admin.site.site_title = "Notifcenter"
admin.site.index_title = _("Notification centre")
admin.site.enable_nav_sidebar = False  # the reasons need the room


class TokenLines(staff.LookAtOnly, admin.TabularInline):
    """A provider's tokens; the text of a token is known to nobody."""

    model = ProviderToken
    fields = readonly_fields = ("prefix", "created_at", "revoked_at")


@admin.register(Provider)
class ProviderAdmin(admin.ModelAdmin):
    """Providers; a token is made by a button and shown once."""

    list_display = ("code", "label", "description", "rate_limit", "created_at", "notifications")
    search_fields = ("code", "name")
    readonly_fields = ("created_at",)
    inlines = (TokenLines,)
    show_full_result_count = False

    @admin.display(description=_("name"))
    def label(self, row: Provider) -> str:
        """The name, in the reader's language."""
        return row.label

    @admin.display(description=_("notifications"))
    def notifications(self, row: Provider) -> str:
        """A link to what it published."""
        return staff.link(Notification, _("show"), provider__id__exact=row.pk)

    def get_readonly_fields(self, request: HttpRequest, obj: Provider | None = None) -> Any:
        """The code is what integrations know it by, and stays."""
        return ("code", "created_at") if obj else ("created_at",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What it published keeps its name; revoke its tokens instead."""
        return False

    def get_urls(self) -> list[Any]:
        """With the button's address."""
        view = self.admin_site.admin_view(require_POST(self.new_token))
        return [path("<path:pk>/token/", view, name="provider-token"), *super().get_urls()]

    def new_token(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Make a token and show it, this once."""
        provider = get_object_or_404(Provider, pk=pk)
        if not self.has_change_permission(request, provider):
            raise PermissionDenied
        raw = tokens.mint_for_provider(provider)
        self.log_change(request, provider, "new token")
        return staff.show_token(request, self, raw, reverse("admin:notifcenter_provider_change", args=[pk]))


@admin.register(ProviderToken)
class ProviderTokenAdmin(staff.LookAtOnly, admin.ModelAdmin):
    """All tokens of providers, to revoke them."""

    list_display = ("prefix", "provider", "created_at", "revoked_at")
    list_select_related = ("provider",)
    list_filter = ("provider", ("revoked_at", admin.EmptyFieldListFilter))
    fields = ("provider", "prefix", "created_at", "revoked_at")
    search_fields = ("prefix", "provider__code")
    ordering = ("-id",)
    actions = ("revoke",)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Whoever may change providers."""
        return cast(Any, request.user).has_perm("notifcenter.change_provider")

    @admin.action(description=_("Revoke"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, rows: QuerySet[ProviderToken]) -> None:
        """Make them worthless from now on."""
        done = tokens.revoke(rows)
        said = ngettext("%(n)d token was revoked.", "%(n)d tokens were revoked.", done)
        self.message_user(request, said % {"n": done}, messages.SUCCESS)


@admin.register(Notification)
class NotificationAdmin(staff.LookAtOnly, staff.EndlessAdmin):
    """Every publication, with links to who got it and how."""

    list_display = ("created_at", "provider", "kind", "header", "beginning", "recipients", "deliveries")
    list_display_links = ("created_at", "header")
    list_select_related = ("provider",)
    list_filter = ("provider", "kind", "created_at")
    search_fields = ("header",)
    search_help_text = _("An id, a username or an e-mail address, or words among the newest 100,000 notifications.")
    fields = readonly_fields = (
        *("id", "created_at", "provider", "kind", "header", "text", "data"),
        *("recipients", "on_its_way", "deliveries", "failures"),
    )

    def get_search_results(self, request: HttpRequest, rows: QuerySet[Any], term: str) -> tuple[QuerySet[Any], bool]:
        """Within bounds, whatever the number of rows."""
        if not (term := term.strip()):
            return rows, False
        ids = staff.notifications_of(staff.people_named(term)) + staff.notifications_saying(term)
        return rows.filter(pk__in=ids), False

    @admin.display(description=_("text"))
    def beginning(self, row: Notification) -> str:
        """The first words."""
        return shorten(plain_text(row.text), 80)

    @admin.display(description=_("details"))
    def data(self, row: Notification) -> str:
        """Readable."""
        return format_html("<pre>{}</pre>", json.dumps(row.details, indent=2, ensure_ascii=False))

    @admin.display(description=_("recipients"))
    def recipients(self, row: Notification) -> str:
        """A link to whose centres it is in."""
        return staff.link(InboxItem, _("show"), notification__id__exact=row.pk)

    @admin.display(description=_("people it is still on its way to"))
    def on_its_way(self, row: Notification) -> int:
        """Of what is said to very many, those who are not reached yet."""
        return fanout.left(row)

    @admin.display(description=_("deliveries"))
    def deliveries(self, row: Notification) -> str:
        """A link to its deliveries."""
        return staff.link(Delivery, _("show"), notification__id__exact=row.pk)

    @admin.display(description=_("failed"))
    def failures(self, row: Notification) -> str:
        """A link to those that failed."""
        return staff.link(Delivery, _("show"), notification__id__exact=row.pk, state=State.FAILED.value)


@admin.register(InboxItem)
class InboxItemAdmin(staff.LookAtOnly, staff.EndlessAdmin):
    """Who has what in their centre."""

    list_display = ("user", "what", "provider", "silent", "read_at", "deleted_at", "deliveries")
    list_display_links = None
    list_select_related = ("user", "notification", "provider")
    list_filter = ("provider", ("read_at", admin.EmptyFieldListFilter), ("deleted_at", admin.EmptyFieldListFilter))
    search_fields = ("user__username",)
    search_help_text = _("A username or an e-mail address.")
    raw_id_fields = ("user", "notification")

    def get_search_results(self, request: HttpRequest, rows: QuerySet[Any], term: str) -> tuple[QuerySet[Any], bool]:
        """Of one person."""
        return (rows.filter(user__in=staff.people_named(term.strip())) if term.strip() else rows), False

    def has_module_permission(self, request: HttpRequest) -> bool:
        """It is reached from notifications and people."""
        return False

    @admin.display(description=_("notification"))
    def what(self, row: InboxItem) -> str:
        """A link to it."""
        return staff.named(row.notification)

    @admin.display(description=_("deliveries"))
    def deliveries(self, row: InboxItem) -> str:
        """How it went out to this person."""
        filters = {"notification__id__exact": row.notification_id, "user__id__exact": row.user_id}
        return staff.link(Delivery, _("show"), **filters)


@admin.register(Webhook)
class WebhookAdmin(staff.LookAtOnly, admin.ModelAdmin):
    """Where providers are told how their deliveries end."""

    list_display = ("provider", "url", "active", "created_at")
    list_select_related = ("provider",)
    fields = ("provider", "url", "active", "created_at")


@admin.register(WebhookCall)
class WebhookCallAdmin(staff.LookAtOnly, staff.EndlessAdmin):
    """What they were told, or could not be told."""

    list_display = ("created_at", "webhook", "state", "why", "attempts", "due_at", "finished_at")
    list_select_related = ("webhook__provider",)
    list_filter = ("state", "webhook")
    fields = ("webhook", "body", "state", "why", "attempts", "created_at", "due_at", "finished_at")
    readonly_fields = ("why",)

    @admin.display(description=_("reason"))
    def why(self, row: WebhookCall) -> str:
        """In words."""
        return explain(row.reason)
