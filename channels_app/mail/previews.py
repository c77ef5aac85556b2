"""Every mail as its readers get it, with sample data, for staff."""

import base64
import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin

from channels_app.mail import compose
from channels_app.mail.links import absolute
from channels_app.mail.message import Mail
from notifcenter.channel import CallFacts, Message
from notifcenter.models import Kind

FRAME_POLICY = (
    "default-src 'none'; style-src 'sha256-{digest}'; img-src 'self' https: data:; sandbox; frame-ancestors 'self'"
)
"""The frame may run and load nothing. Inlined styles would need ``unsafe-inline``: it shows the mail before that."""
STYLE = re.compile("<style>(.*?)</style>", re.DOTALL)
ADDRESS = "anna@example.com"


def page(request: HttpRequest, name: str = "call", language: str = "") -> HttpResponse:
    """One sample: subject, headers, HTML in a frame, plain text; with links to the others. Raises Http404."""
    language = language or translation.get_language()
    mail = _sample(name, language)
    context = admin.site.each_context(request) | {
        "title": _("Mail previews"),
        "names": {name: label for name, (label, _compose) in SAMPLES.items()},
        "languages": settings.LANGUAGES,
        "name": name,
        "language": language,
        "mail": mail,
        "headers": [
            (key, value) for key, value in mail.message().items() if key not in ("Content-Type", "MIME-Version")
        ],
    }
    return render(request, "channels/previews.html", context)


@xframe_options_sameorigin
def frame(request: HttpRequest, name: str, language: str) -> HttpResponse:
    """The HTML of a sample, with its styles in one place."""
    html = _sample(name, language).html
    [style] = STYLE.findall(html)
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    return HttpResponse(html, headers={"Content-Security-Policy": FRAME_POLICY.format(digest=digest)})


def source(request: HttpRequest, name: str, language: str) -> HttpResponse:
    """A sample exactly as it is sent, as a file for a mail program."""
    headers = {"Content-Disposition": f'attachment; filename="{name}-{language}.eml"'}
    return HttpResponse(_sample(name, language).message().as_bytes(), content_type="message/rfc822", headers=headers)


def _sample(name: str, language: str) -> Mail:
    if name not in SAMPLES or language not in dict(settings.LANGUAGES):
        raise Http404
    with translation.override(language):
        return SAMPLES[name][1](language)


def _call(language: str) -> Mail:
    number = "+7 999 123-45-67"
    url = "/contacts/add/?phone=+79991234567"
    rows = (f"<b>{number}</b>", _("To: %(who)s") % {"who": "Anna"}, _("Duration: %(time)s") % {"time": "2:07"})
    message = _message(language, Kind.CALL, _("Call"), rows, url)
    call = CallFacts("", number, "tel:+79991234567", "", is_missed=False, rows=rows[1:])
    opening = _("Create a contact")
    sample = replace(message, subject=f"{message.title}: {number}", call=call, opening=opening)
    return compose.notification(sample, ADDRESS)


def _error(language: str) -> Mail:
    rows = (_("The card was not saved: the stage no longer exists."),)
    return compose.notification(_message(language, Kind.ERROR, _("Error"), rows, "/leads/detail/77"), ADDRESS)


def _text_message(language: str) -> Mail:
    return compose.notification(_note(language, 1), ADDRESS)


def _digest(language: str) -> Mail:
    newest = tuple(_note(language, 7 - number) for number in range(compose.SHOWN))
    return compose.digest(compose.Digest(0, language, settings.TIME_ZONE, datetime.now(UTC), 7, newest), ADDRESS)


def _confirmation(language: str) -> Mail:
    return compose.confirmation(absolute("/mail/confirm/…/"), ADDRESS, language)


def _new_address(language: str) -> Mail:
    return compose.confirmation(absolute("/mail/confirm/…/"), ADDRESS, language, new_of="anna")


def _address_changed(language: str) -> Mail:
    return compose.address_changed("anna", "new@example.com", ADDRESS, language)


def _password_reset(language: str) -> Mail:
    return compose.password_reset(absolute("/accounts/password_reset/…/"), "anna", ADDRESS, language)


def _password_changed(language: str) -> Mail:
    return compose.password_changed("anna", ADDRESS, language)


def _note(language: str, number: int) -> Message:
    text = _('<p>The client asks for a <b>new offer</b>: <a href="/leads/detail/77">deal 77</a>.</p>')
    return _message(language, Kind.MESSAGE, _("New message, %(n)d") % {"n": number}, (text,), "/leads/detail/77")


def _message(
    language: str, kind: str, title: str, rows: tuple[str, ...], url: str, *buttons: dict[str, Any]
) -> Message:
    return Message(
        id="",
        delivery=0,
        user=0,
        kind=kind,
        provider_code="telephony",
        provider_name=_("Telephony"),
        provider_icon="",
        title=title,
        rows=rows,
        url=url,
        created_at=int(time.time()),
        buttons=buttons,
        language=language,
        timezone=settings.TIME_ZONE,
    )


SAMPLES: dict[str, tuple[Any, Callable[[str], Mail]]] = {
    "call": (gettext_lazy("Call"), _call),
    "error": (gettext_lazy("Error"), _error),
    "message": (gettext_lazy("Message"), _text_message),
    "digest": (gettext_lazy("Daily mail"), _digest),
    "confirmation": (gettext_lazy("Address confirmation"), _confirmation),
    "new-address": (gettext_lazy("New address"), _new_address),
    "address-changed": (gettext_lazy("Address changed"), _address_changed),
    "password-reset": (gettext_lazy("Forgotten password"), _password_reset),
    "password-changed": (gettext_lazy("Password changed"), _password_changed),
}

page_urls = [
    path("admin/mail/", admin.site.admin_view(page), name="mail-previews"),
    path("admin/mail/<slug:name>/<slug:language>/", admin.site.admin_view(page), name="mail-preview"),
    path("admin/mail/<slug:name>/<slug:language>/html/", admin.site.admin_view(frame), name="mail-preview-html"),
    path("admin/mail/<slug:name>/<slug:language>/eml/", admin.site.admin_view(source), name="mail-preview-eml"),
]
