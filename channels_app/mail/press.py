"""The page of an action's link in a mail: it asks once, and presses when it is posted, without a log-in."""

from typing import Any
from uuid import UUID

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import User
from channels_app.mail import links
from channels_app.mail.links import ActionLink
from notifcenter import payload
from notifcenter.inbox import actions
from notifcenter.inbox.actions import IsLink, NoSuchAction, Taken


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def press(request: HttpRequest, token: str) -> HttpResponse:
    """Ask a person whose browser follows the link (programs that check links follow it too); press by POST only."""
    try:
        link = links.read_action(token)
    except signing.SignatureExpired:
        return _page(request, _("This link is too old."), _("Open the notification centre to answer."), status=410)
    except signing.BadSignature:
        raise Http404 from None
    user = User.objects.filter(pk=link.user, is_active=True).first()
    if user is None:
        raise Http404
    with translation.override(user.language):
        return (_pressed if request.method == "POST" else _question)(request, user, link)


def _question(request: HttpRequest, user: User, link: ActionLink) -> HttpResponse:
    try:
        notification, shown = actions.declared_actions(user.pk, UUID(link.notification))
    except NoSuchAction:
        return _gone(request)
    action = next((one for one in shown if one["id"] == link.action), None)
    if action is None or "url" in action:
        return _gone(request)
    if action["state"] == "done":
        return _done(request, action["title"], action["by"], user)
    return _page(request, payload.title(notification), "", button=action["title"])


def _pressed(request: HttpRequest, user: User, link: ActionLink) -> HttpResponse:
    try:
        by = actions.act(user.pk, UUID(link.notification), link.action, now=timezone.now()).by()
    except (NoSuchAction, IsLink):
        return _gone(request)
    except Taken as taken:
        return _done(request, "", taken.press.by(), user, status=409)
    return _done(request, "", by, user)


def _done(
    request: HttpRequest, title: str, by: dict[str, Any] | None, user: User, *, status: int = 200
) -> HttpResponse:
    if by and by["id"] == user.pk:
        return _page(request, _("Done."), title)
    who = by["name"] if by else _("somebody who is gone")
    return _page(request, _("It is taken already: %(who)s.") % {"who": who}, title, status=status)


def _gone(request: HttpRequest) -> HttpResponse:
    return _page(request, _("This is no longer there."), _("It was taken back or removed meanwhile."), status=410)


def _page(request: HttpRequest, heading: str, text: str, *, button: str = "", status: int = 200) -> HttpResponse:
    context = {"heading": heading, "text": text, "button": button, "is_action": True}
    return render(request, "channels/mail_confirm.html", context, status=status)


page_urls = [path("mail/action/<str:token>/", press, name="mail-action")]
