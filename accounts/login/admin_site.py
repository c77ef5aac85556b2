"""The admin: who may enter it, and where one is sent who may not yet."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.login.pages import sign_in_options


class StaffSite(AdminSite):
    """Lets staff in; with ``STAFF_SECOND_FACTOR`` only those who proved it in this session."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether this request may see the admin."""
        return super().has_permission(request) and not _lacks_second_factor(request)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Ask staff who signed in already for the second factor, everybody else to sign in."""
        if super().has_permission(request) and _lacks_second_factor(request):
            target = urlencode({"next": request.GET.get("next") or reverse("admin:index")})
            return redirect(f"{reverse('second_factor')}?{target}")
        return super().login(request, (extra_context or {}) | sign_in_options())


def _lacks_second_factor(request: HttpRequest) -> bool:
    return settings.STAFF_SECOND_FACTOR and not request.user.is_verified()  # type: ignore[union-attr]
