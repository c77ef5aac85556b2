"""What the links under a mail do, without a log-in: the link itself is signed (RFC 8058)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import ChannelPreference, User
from accounts.preferences.changes import Changes, ProviderChanges, change
from notifcenter.models import Provider

_signer = signing.Signer(salt="channels_app.unsubscribe")
UNDO = {"off": "on", "on": "off", "daily": "instant", "instant": "daily", "none": "all", "all": "none"}


@dataclass(frozen=True)
class Wish:
    """What a link asks for; ``provider`` is a code where it is about one.

    ``action``: ``off``/``on`` mail of a provider, ``daily``/``instant`` for a provider, ``none``/``all`` mail, and
    ``digest``: no mail of the providers that come once a day.
    """

    user: int
    action: str
    provider: str = ""


@dataclass(frozen=True)
class Words:
    """A wish for people: the question, the button's words, and what is true afterwards."""

    question: str
    press: str
    done: str


def link(wish: Wish) -> str:
    """The address under a mail that fulfils this wish; it does not expire."""
    return str(settings.PUBLIC_URL + _path(wish))


def fulfil(wish: Wish, user: User, now: datetime) -> None:
    """Do it; doing it again changes nothing."""
    if wish.action in ("none", "all"):
        change(user, Changes(mail_off=wish.action == "none"), now)
        return
    codes = _daily_codes(user) if wish.action == "digest" else [wish.provider]
    choices: dict[str, dict[str, Any]] = {
        "off": {"channels": {"email": False}},
        "digest": {"channels": {"email": False}},
        "on": {"channels": {"email": True}},
        "daily": {"email_mode": ChannelPreference.Mode.DAILY},
        "instant": {"email_mode": ChannelPreference.Mode.INSTANT},
    }
    known = Provider.objects.filter(code__in=codes)
    change(user, Changes(providers=[ProviderChanges(one, **choices[wish.action]) for one in known]), now)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, token: str) -> HttpResponse:
    """Ask a person whose browser follows the link; fulfil the wish when it is posted, by a button or a mail program."""
    wish = read(token)
    user = User.objects.filter(pk=wish.user, is_active=True).first()
    if user is None:
        raise Http404
    done = request.method == "POST"
    if done:
        fulfil(wish, user, timezone.now())
    with translation.override(user.language):
        context: dict[str, Any] = {"words": _words(wish), "done": done, "person": user}
        if done and wish.action in UNDO:
            context["undo"] = _path(replace(wish, action=UNDO[wish.action]))
        return render(request, "channels/mail_choice.html", context)


def _path(wish: Wish) -> str:
    return reverse("mail-choice", args=[_signer.sign_object([wish.user, wish.action, wish.provider])])


def read(token: str) -> Wish:
    """What a link asks for; Http404 where its signature is wrong."""
    try:
        return Wish(*_signer.unsign_object(token))
    except signing.BadSignature:
        raise Http404 from None


def _daily_codes(user: User) -> list[str]:
    daily = ChannelPreference.objects.filter(user=user, email_mode=ChannelPreference.Mode.DAILY)
    return list(daily.values_list("provider__code", flat=True))


def _words(wish: Wish) -> Words:
    provider = Provider.objects.filter(code=wish.provider).first()
    name = {"provider": provider.label if provider else wish.provider}
    return WORDS[wish.action](name)


WORDS: dict[str, Callable[[dict[str, str]], Words]] = {
    "off": lambda name: Words(
        _("No more mail from “%(provider)s”?") % name,
        _("Switch it off"),
        _("You get no more mail from “%(provider)s”.") % name,
    ),
    "on": lambda name: Words(
        _("Mail from “%(provider)s” again?") % name,
        _("Switch it on"),
        _("You get mail from “%(provider)s” again.") % name,
    ),
    "daily": lambda name: Words(
        _("Mail from “%(provider)s” once a day instead?") % name,
        _("Once a day"),
        _("Mail from “%(provider)s” now comes once a day.") % name,
    ),
    "instant": lambda name: Words(
        _("Mail from “%(provider)s” at once?") % name,
        _("At once"),
        _("Mail from “%(provider)s” now comes at once.") % name,
    ),
    "digest": lambda name: Words(
        _("No more daily mail?"),
        _("Switch it off"),
        _("You get no more daily mail."),
    ),
    "none": lambda name: Words(
        _("No more mail at all?"),
        _("Switch all mail off"),
        _("You get no more mail."),
    ),
    "all": lambda name: Words(
        _("Mail again, as the profile says?"),
        _("Switch mail on"),
        _("You get mail again, as your profile says."),
    ),
}

page_urls = [path("mail/choice/<str:token>/", choose, name="mail-choice")]
