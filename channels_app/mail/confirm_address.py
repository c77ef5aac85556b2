"""Confirming an address again after mail to it was returned: a mail with a signed link, and its page."""

import logging
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from channels_app.mail import compose
from channels_app.mail.mailer import Post
from notifcenter.channel import Refused, TryLater

logger = logging.getLogger(__name__)

LIFETIME = timedelta(days=3)
PAUSE = 60
_signer = signing.TimestampSigner(salt="channels_app.confirming")


def link(user: User) -> str:
    """The address that confirms this person's present e-mail address; good for three days."""
    token = _signer.sign_object([user.pk, user.email])
    return str(settings.PUBLIC_URL + reverse("mail-confirmed", args=[token]))


@login_required
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Send the mail to the address of the profile, at most once a minute."""
    user: User = request.user  # type: ignore[assignment]
    if not user.email or not user.mail_blocked:
        raise Http404
    if not cache.add(f"confirm-mail-{user.pk}", True, PAUSE):
        return _page(request, _("A mail was sent a moment ago."), _("Wait a minute before you ask for another."))
    try:
        with Post() as post:
            post.send(compose.confirmation(link(user), user.email, user.language))
    except (TryLater, Refused) as error:
        logger.warning("the mail to confirm the address of user %s was not sent: %s", user.pk, error)
        return _page(request, _("The mail could not be sent now."), str(error), status=503)
    return _page(request, _("A mail is on its way."), _("Open it at %(address)s, and press its link.") % _to(user))


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask a person whose browser follows the link; let mail through again when the button is pressed."""
    user = _read(token)
    with translation.override(user.language):
        if request.method != "POST":
            press = _("Confirm the address")
            return _page(request, _("Send mail to %(address)s again?") % _to(user), "", press=press)
        User.objects.filter(pk=user.pk, email=user.email).update(mail_blocked="")
        return _page(request, _("Mail goes to %(address)s again.") % _to(user), "")


def _read(token: str) -> User:
    try:
        pk, address = _signer.unsign_object(token, max_age=LIFETIME)
    except signing.BadSignature:
        raise Http404 from None
    user = User.objects.filter(pk=pk, email=address, is_active=True).first()
    if user is None:
        raise Http404
    return user


def _to(user: User) -> dict[str, str]:
    return {"address": user.email}


def _page(request: HttpRequest, heading: str, words: str, *, press: str = "", status: int = 200) -> HttpResponse:
    context = {"heading": heading, "words": words, "press": press}
    return render(request, "channels/mail_confirm.html", context, status=status)


page_urls = [
    path("mail/confirm/", ask, name="mail-confirm"),
    path("mail/confirm/<str:token>/", confirm, name="mail-confirmed"),
]
