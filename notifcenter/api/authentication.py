"""Bearer tokens (of a provider, of the host application, or of a user), and sessions without a CSRF token."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.utils import translation
from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from notifcenter import tokens
from notifcenter.api.json_parser import bounded_body
from notifcenter.api.meant_for import check_meant_for

SCHEME = "bearer"


class BearerAuthentication(BaseAuthentication):
    """``Authorization: Bearer <token>``: the principal is ``request.auth`` (and ``request.user`` if a person)."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """The user and the principal; None without such a header, 401 for a token that is no good."""
        raw = bearer_token(request.META)
        if not raw:
            return None
        principal = _resolved(raw)
        person = _as_person(principal)
        if person is not None:
            check_meant_for(request, person)
        return person or AnonymousUser(), principal

    def authenticate_header(self, request: Request) -> str:
        """The scheme that ``WWW-Authenticate`` of a 401 names."""
        return "Bearer"


class BearerScheme(OpenApiAuthenticationExtension):
    """How the schema names the tokens."""

    target_class = BearerAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """An HTTP bearer scheme."""
        return {"type": "http", "scheme": "bearer"}


class SameOriginSession(SessionAuthentication):
    """A session of a page of this site that sends no CSRF token: ``Sec-Fetch-Site`` and ``Origin``, which no page can
    forge, replace it."""

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


def bearer_token(meta: Mapping[str, Any]) -> str:
    """The token that the headers (as WSGI names them) bring; empty: there is none."""
    scheme, _space, raw = meta.get("HTTP_AUTHORIZATION", "").partition(" ")
    return raw.strip() if scheme.lower() == SCHEME else ""


def _resolved(raw: str) -> Any:
    try:
        principal = tokens.resolve(raw)
    except tokens.Expired:
        raise AuthenticationFailed("This token has expired; get a new one.", "token_expired") from None
    if principal is None:
        raise AuthenticationFailed("This token is unknown or revoked.", "not_authenticated")
    return principal


def _as_person(principal: object) -> Any | None:
    if not isinstance(principal, get_user_model()):
        return None
    translation.activate(principal.language)
    return principal


def _is_of_this_site(request: Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    here = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin") in {here, *settings.CSRF_TRUSTED_ORIGINS}
