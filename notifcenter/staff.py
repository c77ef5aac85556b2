"""What the lists of the admin share: keyset pages without counts, and search within bounds."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from notifcenter import usernames
from notifcenter.content import plain_text, shorten
from notifcenter.models import InboxItem, Notification

BEFORE, AFTER = "before", "after"
SEARCHED_NOTIFICATIONS = 100_000
RESULTS_MAX = 1000


class EndlessChangeList(ChangeList):
    """Keyset pages, newest first: no count and no offset, however many rows."""

    is_endless = True

    def __init__(self, request: HttpRequest, *args: Any, **options: Any) -> None:
        given = request.GET.copy()
        self.before, self.after = given.pop(BEFORE, [""])[-1], given.pop(AFTER, [""])[-1]
        request.GET = given  # type: ignore[assignment]
        self.request = request
        super().__init__(request, *args, **options)

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """By primary key, newest first."""
        return ["-pk"]

    def get_results(self, request: HttpRequest) -> None:
        """Read one page and set the links to the newer and the older one."""
        try:
            rows = self.page(self.list_per_page + 1)
        except (ValueError, ValidationError):  # the mark is none of ours
            rows = []
        more, rows = len(rows) > self.list_per_page, rows[: self.list_per_page]
        if self.after:
            rows.reverse()
        newer, older = (more, True) if self.after else (bool(self.before), more)
        self.newer = self.get_query_string({AFTER: self.mark(rows, newer=True)}) if rows and newer else ""
        self.older = self.get_query_string({BEFORE: self.mark(rows, newer=False)}) if rows and older else ""
        self.result_list = rows
        self.result_count = self.full_result_count = len(rows)
        self.show_admin_actions, self.show_full_result_count = True, False
        self.can_show_all, self.multi_page = False, False
        self.paginator = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)

    def page(self, limit: int) -> list[Any]:
        """The first rows beyond the mark; from the oldest up where the mark is that of a newer page."""
        if self.after:
            return list(self.queryset.filter(pk__gt=self.after).order_by("pk")[:limit])
        return list((self.queryset.filter(pk__lt=self.before) if self.before else self.queryset)[:limit])

    def mark(self, page: list[Any], *, newer: bool) -> str:
        """The mark of the page that is newer, or older, than this one."""
        return str(page[0 if newer else -1].pk)


class EndlessAdmin(admin.ModelAdmin):
    """The admin of a model with millions of rows."""

    list_per_page = 50
    show_full_result_count = False
    sortable_by = ()
    show_facets = admin.ShowFacets.NEVER

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        """The list with keyset pages."""
        return EndlessChangeList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With a note for "select all" that does not count the rows."""
        chosen = {"selection_note_all": _("Everything that matches the filter is selected.")}
        return super().changelist_view(request, chosen | (extra_context or {}))


class ReadOnly:
    """Nothing is added, changed or deleted by hand; retention deletes what is old."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def link(model: Any, label: Any, **filters: Any) -> str:
    """A link to the list of a model, filtered."""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return format_html('<a href="{}?{}">{}</a>', address, urlencode(filters), label)


def link_to(row: Any, label: Any = "") -> str:
    """A link to the page of one row."""
    address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return format_html('<a href="{}">{}</a>', address, label or row)


def notification_link(notification: Notification) -> str:
    """A link to a notification, labelled by its header or first words."""
    return link_to(notification, notification.header or shorten(plain_text(notification.text), 60))


def show_token(request: HttpRequest, model_admin: Any, raw: str, back: str) -> HttpResponse:
    """The page that shows a new token, the only time."""
    context = admin.site.each_context(request) | {
        "title": _("The new token"),
        "opts": model_admin.opts,
        "token": raw,
        "back": back,
    }
    return render(request, "admin/notifcenter/new_token.html", context)


def people_named(term: str) -> list[int]:
    """The ids of people with this username, in any spelling, or this address."""
    named = usernames.spelt_as(term) | Q(email__iexact=term)
    return list(get_user_model().objects.filter(named).values_list("pk", flat=True)[:RESULTS_MAX])


def notifications_with(term: str) -> list[UUID]:
    """The ids of the notification with that id, or of the newest with those words in header or text."""
    try:
        return [UUID(term)]
    except ValueError:
        pass
    words = Q(header__icontains=term) | Q(text__icontains=term)
    return list(_newest().filter(words).order_by("-pk").values_list("pk", flat=True)[:RESULTS_MAX])


def notifications_of(people: Iterable[int]) -> list[UUID]:
    """The ids of the newest notifications of these people."""
    notifications: list[UUID] = []
    for person in people:
        items = InboxItem.objects.filter(user_id=person).order_by("-position")
        notifications += items.values_list("notification_id", flat=True)[:RESULTS_MAX]
    return notifications


def _newest() -> QuerySet[Notification]:
    pks = Notification.objects.order_by("-pk").values_list("pk", flat=True)
    oldest = pks[SEARCHED_NOTIFICATIONS : SEARCHED_NOTIFICATIONS + 1].first()
    return Notification.objects.filter(pk__gt=oldest) if oldest else Notification.objects.all()
