"""The pages of the links under a mail: they work without a log-in, since the link itself is signed (RFC 8058)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import ChannelPreference, User
from accounts.preferences.changes import Changes, ProviderChanges, change
from channels_app.mail import links
from channels_app.mail.links import MailChoice
from notifcenter.models import Provider

UNDO = {"off": "on", "on": "off", "daily": "instant", "instant": "daily", "none": "all", "all": "none"}


@dataclass(frozen=True)
class Wording:
    """A choice as people read it: the question, the button's label, and what is true afterwards."""

    question: str
    button: str
    done: str


def apply(choice: MailChoice, user: User, now: datetime) -> None:
    """Change the preferences; doing it again changes nothing."""
    if choice.action in ("none", "all"):
        change(user, Changes(mail_off=choice.action == "none"), now)
        return
    codes = _daily_codes(user) if choice.action == "digest" else [choice.provider]
    choices: dict[str, dict[str, Any]] = {
        "off": {"channels": {"email": False}},
        "digest": {"channels": {"email": False}},
        "on": {"channels": {"email": True}},
        "daily": {"email_mode": ChannelPreference.Mode.DAILY},
        "instant": {"email_mode": ChannelPreference.Mode.INSTANT},
    }
    known = Provider.objects.filter(code__in=codes)
    change(user, Changes(providers=[ProviderChanges(one, **choices[choice.action]) for one in known]), now)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, token: str) -> HttpResponse:
    """Ask a person whose browser follows the link; apply it when it is posted, by a button or a mail program."""
    choice = _read(token)
    user = User.objects.filter(pk=choice.user, is_active=True).first()
    if user is None:
        raise Http404
    done = request.method == "POST"
    if done:
        apply(choice, user, timezone.now())
    with translation.override(user.language):
        context: dict[str, Any] = {"wording": _wording(choice), "done": done, "person": user}
        if done and choice.action in UNDO:
            context["undo"] = links.choice_path(replace(choice, action=UNDO[choice.action]))
        return render(request, "channels/mail_choice.html", context)


def _read(token: str) -> MailChoice:
    """The choice that a link carries; raises Http404."""
    try:
        return links.read_choice(token)
    except signing.BadSignature:
        raise Http404 from None


def _daily_codes(user: User) -> list[str]:
    daily = ChannelPreference.objects.filter(user=user, email_mode=ChannelPreference.Mode.DAILY)
    return list(daily.values_list("provider__code", flat=True))


def _wording(choice: MailChoice) -> Wording:
    provider = Provider.objects.filter(code=choice.provider).first()
    name = {"provider": provider.label if provider else choice.provider}
    return WORDING[choice.action](name)


WORDING: dict[str, Callable[[dict[str, str]], Wording]] = {
    "off": lambda name: Wording(
        _("No more mail from “%(provider)s”?") % name,
        _("Switch it off"),
        _("You get no more mail from “%(provider)s”.") % name,
    ),
    "on": lambda name: Wording(
        _("Mail from “%(provider)s” again?") % name,
        _("Switch it on"),
        _("You get mail from “%(provider)s” again.") % name,
    ),
    "daily": lambda name: Wording(
        _("Mail from “%(provider)s” once a day instead?") % name,
        _("Once a day"),
        _("Mail from “%(provider)s” now comes once a day.") % name,
    ),
    "instant": lambda name: Wording(
        _("Mail from “%(provider)s” at once?") % name,
        _("At once"),
        _("Mail from “%(provider)s” now comes at once.") % name,
    ),
    "digest": lambda name: Wording(
        _("No more daily mail?"),
        _("Switch it off"),
        _("You get no more daily mail."),
    ),
    "none": lambda name: Wording(
        _("No more mail at all?"),
        _("Switch all mail off"),
        _("You get no more mail."),
    ),
    "all": lambda name: Wording(
        _("Mail again, as the profile says?"),
        _("Switch mail on"),
        _("You get mail again, as your profile says."),
    ),
}

page_urls = [path("mail/choice/<str:token>/", choose, name="mail-choice")]
