"""Sessions of pages of this site, which send no CSRF token: the browser itself says where a call comes from."""

from django.conf import settings
from drf_spectacular.authentication import SessionScheme
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request

from notifcenter.api.json_parser import bounded_body


class SameOriginSession(SessionAuthentication):
    """A session; ``Sec-Fetch-Site`` and ``Origin``, which no page can forge, replace the CSRF token."""

    def authenticate_header(self, request: Request) -> str:
        """The scheme that ``WWW-Authenticate`` of a 401 names."""
        return "Session"

    def enforce_csrf(self, request: Request) -> None:
        """Without a sign that the page is of this site a CSRF token is needed; raises PermissionDenied or TooLarge."""
        if not _is_of_this_site(request):
            django_request = request._request  # noqa: SLF001  Django's check reads Django's form
            bounded_body(django_request)  # first, so that too large a form is 413 also where the check reads it
            super().enforce_csrf(django_request)  # type: ignore[arg-type]


class SameOriginScheme(SessionScheme):
    """How the schema names it: the session."""

    target_class = SameOriginSession  # type: ignore[assignment]
    name = "sameOriginSession"


def _is_of_this_site(request: Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    here = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin") in {here, *settings.CSRF_TRUSTED_ORIGINS}
