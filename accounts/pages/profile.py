"""The profile page and its parts, and logging out."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LogoutView
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.pages.profile_form import ProfileForm
from accounts.preferences.forecast import forecast, so_far
from notifcenter.channel import Channel, all_channels, channel_named
from notifcenter.models import SELF, Kind, Provider
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.publish import publish


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show the profile, or save it: to the page's script as JSON, to a plain form by showing it again."""
    user = _user(request)
    before = _shown_elsewhere(user)
    form = ProfileForm(user, request)
    if not form.is_bound:
        return _page(request, form)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400) if _scripted(request) else _page(request, form, 400)
    form.save(timezone.now())
    if _scripted(request):
        return JsonResponse({"saved": True, "reload": _shown_elsewhere(user) != before})
    return redirect(reverse("profile") + "?saved=1")


@login_required
@require_GET
def outcome(request: HttpRequest) -> HttpResponse:
    """What would happen now, as a part of the page."""
    context = _forecast(request)
    if not context:
        raise Http404
    return render(request, "accounts/profile/_outcome.html", context)


@login_required
@require_POST
def send_test(request: HttpRequest) -> HttpResponse:
    """Publish a test to oneself, which is delivered like any other notification, by one channel."""
    channel = channel_named(request.POST.get("channel", ""))
    if channel is None:
        raise Http404
    pk = publish([_test(_user(request), channel)], now=timezone.now())[0].pk
    if _scripted(request):
        return test_result(request, pk)
    return redirect(reverse("profile") + f"?test={pk}#test")


@login_required
def test_result(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What became of a test so far, as a part of the page."""
    return render(request, "accounts/profile/_test.html", {"test": pk, "lines": so_far(_user(request), pk)})


class LogOut(LogoutView):
    """By POST only, since a link somewhere else must not log anybody out; GET asks."""

    http_method_names = ["get", "post", "head", "options"]

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Ask, or lead on who is already logged out."""
        if not request.user.is_authenticated:
            return redirect("login")
        return render(request, "accounts/logout.html")


def _shown_elsewhere(user: User) -> tuple[str, ...]:
    """What stands not only in its own field."""
    return user.language, user.email, user.get_full_name()


def _user(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]


def _page(request: HttpRequest, form: ProfileForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "channels": all_channels(), "kinds": Kind.choices, "saved": "saved" in request.GET}
    context["is_password_changed"] = request.GET.get("password") == "changed"
    context |= {"parts": _parts(request)} | _forecast(request) | _test_shown(request)
    return render(request, "accounts/profile.html", context, status=status)


def _parts(request: HttpRequest) -> list[str]:
    """What the channels put on the page so that people can connect, each template once."""
    contexts: dict[str, dict[str, Any]] = {}
    for channel in all_channels():
        if channel.profile_template:
            context = contexts.setdefault(channel.profile_template, {"channels": all_channels()})
            context |= channel.profile_context(request.user)
    return [render_to_string(template, context, request) for template, context in contexts.items()]


def _scripted(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _forecast(request: HttpRequest) -> dict[str, Any]:
    code, kind = request.GET.get("provider"), request.GET.get("kind", "")
    if code is None or kind not in Kind.values:
        return {}
    provider = next((provider for provider in Provider.objects.all() if provider.code == code), None)
    if provider is None:
        raise Http404
    return {"provider": provider, "chosen_kind": Kind(kind), "forecast": forecast(_user(request), provider)}


def _test_shown(request: HttpRequest) -> dict[str, Any]:
    try:
        pk = UUID(request.GET.get("test", ""))
    except ValueError:
        return {}
    return {"test": pk, "lines": so_far(_user(request), pk)}


def _test(user: User, channel: Channel) -> Publication:
    return Publication(
        provider=Provider.objects.get(code=SELF),
        kind=Kind.MESSAGE,
        header=_("A test: %(channel)s") % {"channel": channel.label},
        text=_test_text(channel),
        people={user.pk: user.receive_notifications},
        details={"only": channel.code},
    )


def _test_text(channel: Channel) -> str:
    """It stands in the centre too, whatever becomes of it on the channel that is tested."""
    if channel.always_on:
        return _("You asked for this on your profile page. You see it, so this channel works.")
    words = _("You are testing “%(channel)s”. If this came that way too, and not only to the centre, it works.")
    return words % {"channel": channel.label}
