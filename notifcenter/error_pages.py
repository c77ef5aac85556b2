"""Pages for people where something goes wrong: what happened, what one can do, and the way back."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

TEMPLATE = "notifcenter/error.html"

EXPIRED = "expired"
WORDS: dict[int | str, tuple[Promise, Promise]] = {
    400: (
        _("This request cannot be read"),
        _("The address, or what was sent, is not as it should be. Nothing was changed."),
    ),
    403: (
        _("This page is not open to you"),
        _("Your account has no right to it. If you need it, ask your administrator."),
    ),
    404: (_("There is no such page"), _("It may have been removed, or there is a slip in the address.")),
    413: (_("This is too large"), _("At most 5 MB can be sent at once. Nothing was changed.")),
    500: (_("Something went wrong"), _("This is our mistake; it is logged. Try again a little later.")),
    503: (_("Not just now"), _("The server is overloaded. Try again in a moment; nothing is lost.")),
    507: (_("Not just now"), _("The server has no room left, so nothing was stored. Tell your administrator.")),
    EXPIRED: (
        _("The page had expired"),
        _(
            "It was open for too long, or you have signed in again since. Nothing was changed: go back, reload the "
            "page, and send it once more. If that does not help, allow cookies for this site."
        ),
    ),
}
"""What happened and what one can do, by status; ``EXPIRED`` for a form without a valid CSRF token."""


def page(status: int, request: HttpRequest | None = None) -> HttpResponse:
    """The page of a status; without ``request`` it needs neither session nor database."""
    return _page(status, status, request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What Django calls where a form has no valid CSRF token."""
    return _page(403, EXPIRED, request, back=_former_page(request))


def _page(status: int, words: int | str, request: HttpRequest | None, back: str = "") -> HttpResponse:
    title, text = WORDS[words]
    context = {"status": status, "title": title, "text": text, "back": back}
    return HttpResponse(render_to_string(TEMPLATE, context, request), status=status)


def _former_page(request: HttpRequest) -> str:
    """The page of this site that the form was on, as a path; empty where that is not known."""
    referrer = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(referrer, request.get_host())
    parts = urlsplit(referrer)
    return parts._replace(scheme="", netloc="", fragment="").geturl() if is_ours and parts.netloc else ""
