"""The inbox as a page, which works without JavaScript too."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from notifcenter import content, html_lines, payload, readable
from notifcenter.api.inbox.filter_query import FilterQuery, as_filter
from notifcenter.inbox.pages import Centre, Item
from notifcenter.plain_number import plain_number

PAGE_ITEMS = 50
TABS = [
    ("", _("Incoming")),
    ("unread=1", _("Unread")),
    ("state=pinned", _("Pinned")),
    ("state=snoozed", _("Snoozed")),
    ("state=done", _("Done")),
]
"""Queries and labels of what the page links to without JavaScript."""


@login_required
@require_safe
def inbox_page(request: HttpRequest) -> HttpResponse:
    """A page of the inbox under the filter of its address, with a link to the older items."""
    chosen = _chosen(request)
    items = _items(request, chosen, PAGE_ITEMS + 1)
    shown = {
        "items": [_rendered(item, request.user) for item in items[:PAGE_ITEMS]],
        "older": urlencode(chosen | {"before": items[PAGE_ITEMS - 1].place}) if len(items) > PAGE_ITEMS else "",
        "is_filtered": bool(chosen),
        "others": [(name, value) for name, value in chosen.items() if name != "q"],
        "tabs": [{"query": query, "label": label, "is_shown": urlencode(chosen) == query} for query, label in TABS],
    }
    return render(request, "notifcenter/inbox.html", shown)


def _chosen(request: HttpRequest) -> dict[str, str]:
    """The parameters of ``GET inbox/`` that the address has; none where one of them is not good."""
    names = FilterQuery().fields
    given = {name: str(value) for name, value in request.GET.dict().items() if name in names and value}
    return given if FilterQuery(data=given).is_valid() else {}


def _items(request: HttpRequest, chosen: dict[str, str], limit: int) -> list[Item]:
    assert request.user.pk
    query = FilterQuery(data=chosen)
    query.is_valid(raise_exception=True)
    filters = as_filter(query.validated_data, request.user)
    return Centre(request.user.pk, filters).page(mark=plain_number(request.GET.get("before", "")), limit=limit)


def _rendered(item: Item, reader: Any) -> dict[str, Any]:
    values = payload.render(item.notification, reader, read_at=item.read_at) | payload.states(item)
    rows = readable.rows(item.notification, reader)
    lines = [mark_safe(html_lines.with_breaks(content.safe_html(row))) for row in rows]
    return values | {"at": item.notification.created_at, "lines": lines}
