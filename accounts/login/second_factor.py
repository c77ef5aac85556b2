"""The second factor of staff: a one-time code of an app, set up at the first visit, and codes to print."""

from typing import Any

import segno
from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import View
from django_otp import devices_for_user, login, match_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import User

PRINTED_CODES = 10


class CodeForm(forms.Form):
    """The code that the app shows."""

    code = forms.CharField(max_length=32)


@method_decorator([never_cache, login_required], name="dispatch")
class SecondFactorView(View):
    """Sets the app up where the person has none, else asks for its code."""

    def dispatch(self, request: HttpRequest, *arguments: object, **options: object) -> Any:
        """Only for staff."""
        if not request.user.is_staff:
            raise Http404
        return super().dispatch(request, *arguments, **options)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form, and the QR code where the app is still to be set up."""
        return self._page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Check the code."""
        form = CodeForm(request.POST)
        code = form.cleaned_data["code"].replace(" ", "") if form.is_valid() else ""
        person: User = request.user  # type: ignore[assignment]
        if _has_device(person):
            device = match_token(person, code) if code else None
            return _entered(request, device) if device else self._page(request, _("This code is not right."), 400)
        new = _unconfirmed(person)
        if not new.verify_token(code):
            return self._page(request, _("This code is not right."), 400)
        return self._set_up(request, new)

    def _set_up(self, request: HttpRequest, device: TOTPDevice) -> HttpResponse:
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        login(request, device)
        context = {"printed": _printed_codes(device.user), "next": _target(request)}
        return render(request, "accounts/second_factor_codes.html", context)

    def _page(self, request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
        person: User = request.user  # type: ignore[assignment]
        context: dict[str, Any] = {"error": error, "next": _target(request)}
        if not _has_device(person):
            device = _unconfirmed(person)
            context["secret"] = device.config_url.partition("secret=")[2].partition("&")[0]
            context["qr"] = mark_safe(segno.make(device.config_url).svg_inline(scale=5, dark="#000", light="#fff"))
        return render(request, "accounts/second_factor.html", context, status=status)


def _has_device(person: User) -> bool:
    return any(isinstance(device, TOTPDevice) for device in devices_for_user(person))


def _unconfirmed(person: User) -> TOTPDevice:
    return TOTPDevice.objects.get_or_create(user=person, confirmed=False, defaults={"name": "app"})[0]


def _printed_codes(person: User) -> list[str]:
    device = StaticDevice.objects.get_or_create(user=person, defaults={"name": "printed"})[0]
    device.token_set.all().delete()
    codes = [StaticToken.random_token() for _number in range(PRINTED_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def _entered(request: HttpRequest, device: object) -> HttpResponse:
    login(request, device)
    return redirect(_target(request))


def _target(request: HttpRequest) -> str:
    given = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(given, {request.get_host()}, require_https=request.is_secure())
    return given if is_ours else reverse("admin:index")
