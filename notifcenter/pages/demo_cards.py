"""Small cards of contacts, leads and companies, so that in demo mode every link of the demo leads somewhere."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import URLPattern, re_path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from notifcenter import payload
from notifcenter.calls import phone_numbers
from notifcenter.models import Notification

TYPES: dict[str, str | Promise] = {"contact": _("Contact"), "lead": _("Deal"), "company": _("Company")}
SHOWN = 20


@login_required
@require_safe
def card(request: HttpRequest, kind: str, pk: str) -> HttpResponse:
    """The card of ``pk``, with the name and the notifications that the reader's inbox has of it."""
    about = _about(request, kind, pk)
    names = (element.get("name") for element in map(payload.element, about) if element)
    name = next(filter(None, names), "")
    return _page(request, {"title": name or f"{TYPES[kind]} {pk}", "type": TYPES[kind], "pk": pk, "about": about})


@login_required
@require_safe
def new_contact(request: HttpRequest) -> HttpResponse:
    """The form of a new contact with the number of the address; a plus stands there for itself."""
    phone = QueryDict(request.META.get("QUERY_STRING", "").replace("+", "%2B")).get("phone", "").strip()
    return _page(request, {"title": _("New contact"), "number": phone_numbers.of_field(phone), "phone": phone})


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    return render(request, "notifcenter/demo_card.html", context)


def _about(request: HttpRequest, kind: str, pk: str) -> list[Notification]:
    ids = [pk, int(pk)] if pk.isdecimal() else [pk]
    received = Notification.objects.filter(items__user=request.user.pk, items__deleted_at=None)
    named = Q(details__element__type=kind, details__element__id__in=ids)
    looked_up = Q(details__caller__element__type=kind, details__caller__element__id__in=ids)
    return list(received.filter(named | looked_up).select_related("provider").order_by("-created_at")[:SHOWN])


def _pattern(kind: str, template: str) -> URLPattern:
    path = re.escape(urlsplit(template).path[1:]).replace(r"\{id\}", "(?P<pk>[^/]+)")
    return re_path(f"^{path}/?$", card, {"kind": kind})


page_urls = [
    _pattern(kind, template)
    for kind, template in settings.ENTITY_URLS.items()
    if template.startswith("/") and "{id}" in urlsplit(template).path
]
page_urls.append(re_path("^contacts/add/?$", new_contact))
