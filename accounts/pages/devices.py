"""Devices on the profile page: the list, a test send that shows the push service's own error, removal."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import devices
from accounts.models import Device
from accounts.pages import web_app
from notifcenter.channel import all_channels


@login_required
@require_GET
def part(request: HttpRequest) -> HttpResponse:
    """The list as a part of the page."""
    return _render(request)


@login_required
@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a test to one device, and show whether its push service took it."""
    device = get_object_or_404(Device, pk=pk, user=request.user)
    error = devices.test(device)
    if error:
        messages.error(request, _("The test was not taken: %(error)s") % {"error": error})
    else:
        messages.success(request, _("The push service took the test. It should be on the device now."))
    return _back(request)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one device."""
    devices.remove(request.user, pk)
    messages.success(request, _("The device was removed."))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    if request.headers.get("X-Requested-With") == "fetch":
        return _render(request)
    return redirect(reverse("profile") + "#devices")


def _render(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/_devices.html", {"channels": all_channels()})


page_urls = [
    path("profile/devices/", part, name="devices"),
    path("profile/devices/<int:pk>/test/", test, name="test_device"),
    path("profile/devices/<int:pk>/remove/", remove, name="remove_device"),
    *web_app.page_urls,
]
