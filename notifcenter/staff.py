"""What the lists of staff share: they go on from a key, so they never count, and they search within bounds."""

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
SEARCHED = 100_000
FOUND = 1000


class EndlessChangeList(ChangeList):
    """A list newest first that goes on from the key of its last row: no count, no offset, however many rows."""

    is_endless = True

    def __init__(self, request: HttpRequest, *args: Any, **options: Any) -> None:
        given = request.GET.copy()
        self._before, self._after = given.pop(BEFORE, [""])[-1], given.pop(AFTER, [""])[-1]
        request.GET = given  # type: ignore[assignment]
        super().__init__(request, *args, **options)

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """By key, newest first."""
        return ["-pk"]

    def get_results(self, request: HttpRequest) -> None:
        """One page, and the links to the next ones."""
        found = list(self._page()[: self.list_per_page + 1])
        more, found = len(found) > self.list_per_page, found[: self.list_per_page]
        if self._after:
            found.reverse()
        newer, older = (more, True) if self._after else (bool(self._before), more)
        self.newer = self._link(AFTER, found[0]) if found and newer else ""
        self.older = self._link(BEFORE, found[-1]) if found and older else ""
        self.result_list = found
        self.result_count = self.full_result_count = len(found)
        self.show_admin_actions, self.show_full_result_count = True, False
        self.can_show_all, self.multi_page = False, False
        self.paginator = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)

    def _page(self) -> QuerySet[Any]:
        try:
            if self._after:
                return self.queryset.filter(pk__gt=self._after).order_by("pk")
            return self.queryset.filter(pk__lt=self._before) if self._before else self.queryset
        except (ValueError, ValidationError):
            return self.queryset.none()

    def _link(self, name: str, row: Any) -> str:
        return self.get_query_string({name: str(row.pk)})


class EndlessAdmin(admin.ModelAdmin):
    """A model with millions of rows."""

    list_per_page = 50
    show_full_result_count = False
    sortable_by = ()
    show_facets = admin.ShowFacets.NEVER

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        """The one without counts."""
        return EndlessChangeList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list; where all pages are chosen, nobody says how many rows that is."""
        chosen = {"selection_note_all": _("Everything that matches the filter is selected.")}
        return super().changelist_view(request, chosen | (extra_context or {}))


class LookAtOnly:
    """Staff looks, and changes nothing."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody adds one."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes one."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes one; what is old goes by itself."""
        return False


def link(model: Any, label: Any, **filters: Any) -> str:
    """A link to the list of a model, filtered."""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return format_html('<a href="{}?{}">{}</a>', address, urlencode(filters), label)


def link_to(row: Any, label: Any = "") -> str:
    """A link to the page of one row."""
    address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return format_html('<a href="{}">{}</a>', address, label or row)


def named(notification: Notification) -> str:
    """A link to a notification by its header, or its first words."""
    return link_to(notification, notification.header or shorten(plain_text(notification.text), 60))


def show_token(request: HttpRequest, model_admin: Any, raw: str, back: str) -> HttpResponse:
    """The page that shows a new token, this once."""
    context = admin.site.each_context(request) | {
        "title": _("The new token"),
        "opts": model_admin.opts,
        "token": raw,
        "back": back,
    }
    return render(request, "admin/notifcenter/new_token.html", context)


def people_named(term: str) -> list[int]:
    """The ids of people with this username, in any spelling, or this address."""
    key = usernames.key_of(term)
    named = Q(username_key=key) | Q(former_key=key) | Q(email__iexact=term)
    return list(get_user_model()._default_manager.filter(named).values_list("pk", flat=True)[:FOUND])


def notifications_saying(term: str) -> list[UUID]:
    """Notifications with that id, or those words in header or text among the newest."""
    try:
        return [UUID(term)]
    except ValueError:
        pass
    says = Q(header__icontains=term) | Q(text__icontains=term)
    return list(_newest().filter(says).order_by("-pk").values_list("pk", flat=True)[:FOUND])


def notifications_of(people: Iterable[int]) -> list[UUID]:
    """The newest notifications of these people."""
    found: list[UUID] = []
    for person in people:
        items = InboxItem.objects.filter(user_id=person).order_by("-position")
        found += items.values_list("notification_id", flat=True)[:FOUND]
    return found


def _newest() -> QuerySet[Notification]:
    oldest = Notification.objects.order_by("-pk").values_list("pk", flat=True)[SEARCHED : SEARCHED + 1].first()
    return Notification.objects.filter(pk__gt=oldest) if oldest else Notification.objects.all()
