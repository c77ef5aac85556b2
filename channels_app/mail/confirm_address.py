"""Confirming an address that is new, or to which mail was returned: by the signed link of a mail."""

import logging

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from channels_app.mail import compose, links
from channels_app.mail.mailer import MailConnection, NoSuchAddress
from channels_app.mail.message import Mail
from notifcenter.channel import Refused, TryLater

logger = logging.getLogger(__name__)

RESEND_SECONDS = 60


@login_required
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Send the mail to the address of the profile, at most once a minute."""
    user: User = request.user  # type: ignore[assignment]
    if not user.email or not user.mail_blocked:
        raise Http404
    if not cache.add(f"confirm-mail-{user.pk}", True, RESEND_SECONDS):
        return _page(request, _("A mail was sent a moment ago."), _("Wait a minute before you ask for another."))
    try:
        with MailConnection() as connection:
            connection.send(_confirmation(user))
    except (TryLater, Refused) as error:
        logger.warning("the mail to confirm the address of user %s was not sent: %s", user.pk, error)
        cache.delete(f"confirm-mail-{user.pk}")
        return _page(request, _("The mail could not be sent now."), _advice(error) % _to(user), status=503)
    return _page(request, _("A mail is on its way."), _("Open it at %(address)s, and press its link.") % _to(user))


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask a person whose browser follows the link; let mail through again when the button is pressed."""
    user = _read(token)
    if user.has_unconfirmed_address and request.user.pk != user.pk:
        return redirect_to_login(request.path)  # whoever reads that mail need not be who entered the address
    with translation.override(user.language):
        if request.method != "POST":
            button = _("Confirm the address")
            return _page(request, _("Send mail to %(address)s again?") % _to(user), "", button=button)
        User.objects.filter(pk=user.pk, email=user.email).update(mail_blocked="")
        return _page(request, _("Mail goes to %(address)s again.") % _to(user), "")


def announce(pk: int, former: str) -> None:
    """Mail the link to the new address, and word of it to the former one; what cannot be sent is logged."""
    user = User.objects.filter(pk=pk).first()
    if user is None:
        return
    mails = [compose.address_changed(user.get_username(), user.email, former, user.language)] if former else []
    mails += [_confirmation(user)] if user.has_unconfirmed_address else []
    with MailConnection() as connection:
        for mail in mails:
            try:
                connection.send(mail)
            except (TryLater, Refused) as error:
                logger.warning("a mail about the new address of user %s was not sent: %s", pk, error)


def _confirmation(user: User) -> Mail:
    new_of = user.get_username() if user.has_unconfirmed_address else ""
    return compose.confirmation(links.confirmation_link(user), user.email, user.language, new_of=new_of)


def _advice(error: TryLater | Refused) -> str:
    if isinstance(error, NoSuchAddress):
        return _("There is no such address as %(address)s. Correct it in your profile.")
    if isinstance(error, Refused):
        return _("The mail server refused it. Ask your administrator, who finds the reason in the log.")
    return _("The mail server does not take mail just now. Try again in a few minutes.")


def _read(token: str) -> User:
    """Whose present address the link is about; raises Http404."""
    try:
        pk, address = links.read_confirmation(token)
    except signing.BadSignature:
        raise Http404 from None
    user = User.objects.filter(pk=pk, email=address, is_active=True).first()
    if user is None:
        raise Http404
    return user


def _to(user: User) -> dict[str, str]:
    return {"address": user.email}


def _page(request: HttpRequest, heading: str, text: str, *, button: str = "", status: int = 200) -> HttpResponse:
    context = {"heading": heading, "text": text, "button": button}
    return render(request, "channels/mail_confirm.html", context, status=status)


page_urls = [
    path("mail/confirm/", ask, name="mail-confirm"),
    path("mail/confirm/<str:token>/", confirm, name="mail-confirmed"),
]
