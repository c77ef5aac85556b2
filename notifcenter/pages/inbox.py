"""The inbox as a page, which works without JavaScript too."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from notifcenter import content, html_lines, payload, readable
from notifcenter.inbox.filter import Filter
from notifcenter.inbox.pages import Centre, Item
from notifcenter.plain_number import plain_number

PAGE_ITEMS = 50


@login_required
@require_safe
def inbox_page(request: HttpRequest) -> HttpResponse:
    """A page of the inbox with a link to the older items."""
    items = _items(request, PAGE_ITEMS + 1)
    older = items[PAGE_ITEMS - 1].place if len(items) > PAGE_ITEMS else None
    rendered = [_rendered(item, request.user) for item in items[:PAGE_ITEMS]]
    return render(request, "notifcenter/inbox.html", {"items": rendered, "older": older})


def _items(request: HttpRequest, limit: int) -> list[Item]:
    assert request.user.pk
    mark = plain_number(request.GET.get("before", ""))
    return Centre(request.user.pk, Filter(unread=request.GET.get("unread") == "1")).page(mark=mark, limit=limit)


def _rendered(item: Item, reader: Any) -> dict[str, Any]:
    values = payload.render(item.notification, reader, read_at=item.read_at) | payload.states(item)
    rows = readable.rows(item.notification, reader)
    lines = [mark_safe(html_lines.with_breaks(content.safe_html(row))) for row in rows]
    return values | {"at": item.notification.created_at, "lines": lines}
