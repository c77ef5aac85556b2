"""``/api/problems/``: what an error means and how to mend it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from notifcenter.api.problems.codes import KINDS
from notifcenter.api.problems.handler import not_found


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every problem there is."""
    return render(request, "notifcenter/problems.html", {"kinds": KINDS})


@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """One problem: the ``type`` of its documents leads here."""
    if code not in KINDS:
        return not_found(request)
    return render(request, "notifcenter/problem.html", {"code": code, "kind": KINDS[code]})
