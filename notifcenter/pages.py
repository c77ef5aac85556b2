"""The pages of the core: the sandbox and the inbox, whose first page is there without JavaScript too."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from notifcenter import content, html_lines, payload, sandbox
from notifcenter.inbox.pages import Centre, Item
from notifcenter.models import Provider
from notifcenter.plain_number import plain_number

SHOWN = 50


@login_required
@require_safe
def sandbox_page(request: HttpRequest) -> HttpResponse:
    """A button for every call of the SDK, with the REST call beside it."""
    return render(request, "notifcenter/sandbox.html", {"calls": sandbox.calls(), "providers": Provider.objects.all()})


@login_required
@require_safe
def inbox_page(request: HttpRequest) -> HttpResponse:
    """The whole centre; plain links lead through it where no script runs."""
    found = _asked(request, SHOWN + 1)
    older = found[SHOWN - 1].position if len(found) > SHOWN else None
    items = [_shown(item, request.user) for item in found[:SHOWN]]
    return render(request, "notifcenter/inbox.html", {"items": items, "older": older})


def _asked(request: HttpRequest, limit: int) -> list[Item]:
    assert request.user.pk
    mark = plain_number(request.GET.get("before", ""))
    return Centre(request.user.pk, unread=request.GET.get("unread") == "1").page(mark=mark, limit=limit)


def _shown(item: Item, reader: Any) -> dict[str, Any]:
    shown = payload.render(item.notification, reader, read_at=item.read_at)
    lines = [mark_safe(html_lines.with_breaks(content.safe_html(row["text"]))) for row in shown["body"]["rows"]]
    return shown | {"at": item.notification.created_at, "lines": lines}


page_urls = [
    path("", sandbox_page, name="sandbox"),
    path("inbox/", inbox_page, name="inbox"),
]
