"""The admin of the core: providers with their tokens, notifications, inbox items, webhooks."""

import json
from typing import Any, cast

from django import forms
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
from notifcenter.publishing import categories, fanout
from notifcenter.reasons import explain_to_staff, story

admin.site.site_header = admin.site.site_title = "Notifcenter"
admin.site.index_title = _("Notification centre")
admin.site.enable_nav_sidebar = False  # the reasons need the room


class TokenLines(staff.ReadOnly, admin.TabularInline):
    """A provider's tokens; only their hashes are stored."""

    model = ProviderToken
    fields = readonly_fields = ("prefix", "created_at", "revoked_at")


class ProviderForm(forms.ModelForm):
    """A provider whose manifest is checked as the API checks it."""

    def clean_manifest(self) -> object:
        """Its categories."""
        categories.check_manifest(self.cleaned_data["manifest"])
        return self.cleaned_data["manifest"]


@admin.register(Provider)
class ProviderAdmin(admin.ModelAdmin):
    """Providers; a button makes a token and shows it once."""

    list_display = ("code", "label", "description", "rate_limit", "created_at", "notifications")
    search_fields = ("code", "name")
    readonly_fields = ("created_at",)
    inlines = (TokenLines,)
    form = ProviderForm
    show_full_result_count = False

    @admin.display(description=_("name"))
    def label(self, row: Provider) -> str:
        """In the reader's language."""
        return row.label

    @admin.display(description=_("notifications"))
    def notifications(self, row: Provider) -> str:
        """A link to its notifications."""
        return staff.link(Notification, _("show"), provider__id__exact=row.pk)

    def get_readonly_fields(self, request: HttpRequest, obj: Provider | None = None) -> Any:
        """The code cannot be changed: integrations use it."""
        return ("code", "created_at") if obj else ("created_at",)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Its notifications refer to it; revoke its tokens instead."""
        return False

    def get_urls(self) -> list[Any]:
        """With the address of the button."""
        view = self.admin_site.admin_view(require_POST(self.new_token))
        return [path("<path:pk>/token/", view, name="provider-token"), *super().get_urls()]

    def new_token(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Make a token and show it."""
        provider = get_object_or_404(Provider, pk=pk)
        if not self.has_change_permission(request, provider):
            raise PermissionDenied
        raw = tokens.mint_for_provider(provider)
        self.log_change(request, provider, "new token")
        return staff.show_token(request, self, raw, reverse("admin:notifcenter_provider_change", args=[pk]))


@admin.register(ProviderToken)
class ProviderTokenAdmin(staff.ReadOnly, admin.ModelAdmin):
    """The tokens of all providers, with an action that revokes them."""

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
        """Revoke the selected tokens that are valid."""
        done = tokens.revoke(rows)
        text = ngettext("%(n)d token was revoked.", "%(n)d tokens were revoked.", done)
        self.message_user(request, text % {"n": done}, messages.SUCCESS)


@admin.register(Notification)
class NotificationAdmin(staff.ReadOnly, staff.EndlessAdmin):
    """Publications, with links to their inbox items and deliveries."""

    list_display = ("created_at", "provider", "kind", "header", "beginning", "recipients", "deliveries")
    list_display_links = ("created_at", "header")
    list_select_related = ("provider",)
    list_filter = ("provider", "kind", "created_at")
    search_fields = ("header",)
    search_help_text = _("An id, a username or an e-mail address, or words among the newest 100,000 notifications.")
    fields = readonly_fields = (
        *("id", "created_at", "provider", "kind", "header", "text", "data"),
        *("what_became", "recipients", "remaining", "deliveries", "failures"),
    )

    def get_search_results(self, request: HttpRequest, rows: QuerySet[Any], term: str) -> tuple[QuerySet[Any], bool]:
        """By id, by person, or by words among the newest."""
        if not (term := term.strip()):
            return rows, False
        ids = staff.notifications_of(staff.people_named(term)) + staff.notifications_with(term)
        return rows.filter(pk__in=ids), False

    @admin.display(description=_("text"))
    def beginning(self, row: Notification) -> str:
        """The first words."""
        return shorten(plain_text(row.text), 80)

    @admin.display(description=_("details"))
    def data(self, row: Notification) -> str:
        """As indented JSON."""
        return format_html("<pre>{}</pre>", json.dumps(row.details, indent=2, ensure_ascii=False))

    @admin.display(description=_("what became of it"))
    def what_became(self, row: Notification) -> str:
        """Its updates and repeats, and everybody who pressed an action."""
        return story(row, None)

    @admin.display(description=_("recipients"))
    def recipients(self, row: Notification) -> str:
        """A link to its inbox items."""
        return staff.link(InboxItem, _("show"), notification__id__exact=row.pk)

    @admin.display(description=_("people it is still on its way to"))
    def remaining(self, row: Notification) -> int:
        """The recipients whom a fan-out has not reached yet."""
        return fanout.remaining_recipients(row)

    @admin.display(description=_("deliveries"))
    def deliveries(self, row: Notification) -> str:
        """A link to its deliveries."""
        return staff.link(Delivery, _("show"), notification__id__exact=row.pk)

    @admin.display(description=_("failed"))
    def failures(self, row: Notification) -> str:
        """A link to its failed deliveries."""
        return staff.link(Delivery, _("show"), notification__id__exact=row.pk, state=State.FAILED.value)


@admin.register(InboxItem)
class InboxItemAdmin(staff.ReadOnly, staff.EndlessAdmin):
    """Inbox items."""

    list_display = ("user", "notice", "provider", "silent", "read_at", "deleted_at", "deliveries")
    list_display_links = None
    list_select_related = ("user", "notification", "provider")
    list_filter = ("provider", ("read_at", admin.EmptyFieldListFilter), ("deleted_at", admin.EmptyFieldListFilter))
    search_fields = ("user__username",)
    search_help_text = _("A username or an e-mail address.")
    raw_id_fields = ("user", "notification")

    def get_search_results(self, request: HttpRequest, rows: QuerySet[Any], term: str) -> tuple[QuerySet[Any], bool]:
        """By person."""
        return (rows.filter(user__in=staff.people_named(term.strip())) if term.strip() else rows), False

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Not on the index: it is reached from notifications and people."""
        return False

    @admin.display(description=_("notification"))
    def notice(self, row: InboxItem) -> str:
        """A link to the notification."""
        return staff.notification_link(row.notification)

    @admin.display(description=_("deliveries"))
    def deliveries(self, row: InboxItem) -> str:
        """A link to its deliveries to this person."""
        filters = {"notification__id__exact": row.notification_id, "user__id__exact": row.user_id}
        return staff.link(Delivery, _("show"), **filters)


@admin.register(Webhook)
class WebhookAdmin(staff.ReadOnly, admin.ModelAdmin):
    """Status webhooks of providers."""

    list_display = ("provider", "url", "active", "created_at")
    list_select_related = ("provider",)
    fields = ("provider", "url", "active", "created_at")


@admin.register(WebhookCall)
class WebhookCallAdmin(staff.ReadOnly, staff.EndlessAdmin):
    """Calls made to webhooks, and those that wait or failed."""

    list_display = ("created_at", "webhook", "state", "why", "attempts", "due_at", "finished_at")
    list_select_related = ("webhook__provider",)
    list_filter = ("state", "webhook")
    fields = ("webhook", "body", "state", "why", "attempts", "created_at", "due_at", "finished_at")
    readonly_fields = ("why",)

    @admin.display(description=_("reason"))
    def why(self, row: WebhookCall) -> str:
        """The reason in words."""
        return explain_to_staff(row.reason)
