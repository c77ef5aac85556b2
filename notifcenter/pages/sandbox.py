"""The developers' page: every call of the SDK to try."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from notifcenter.models import Provider
from notifcenter.pages import sandbox_calls


@login_required
@require_safe
def sandbox_page(request: HttpRequest) -> HttpResponse:
    """A button for every call of the SDK, with the REST call beside it."""
    context = {"calls": sandbox_calls.calls(), "codes": sandbox_calls.CODES, "providers": Provider.objects.all()}
    return render(request, "notifcenter/sandbox.html", context)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """A context processor: ``links_sandbox`` where the navigation leads there, for staff and in demo mode."""
    is_staff = getattr(getattr(request, "user", None), "is_staff", False)
    return {"links_sandbox": settings.DEMO or is_staff}
