"""The door of programs: who calls the API with a token passes by what is about cookies, which it has none of."""

from django.contrib.auth import middleware as auth
from django.contrib.messages import middleware as messages
from django.contrib.sessions import middleware as sessions
from django.http import HttpRequest, HttpResponseBase
from django.middleware import csrf
from django_otp import middleware as otp

SCHEME = "bearer "


class _ForCookies:
    """Before one of Django's middlewares: a fifth of what a call to publish cost went into them."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        if _brings_token(request):
            return self.get_response(request)  # type: ignore[attr-defined]
        return super().__call__(request)  # type: ignore[misc]


class SessionMiddleware(_ForCookies, sessions.SessionMiddleware):
    """Django's, for cookies."""


class CsrfViewMiddleware(_ForCookies, csrf.CsrfViewMiddleware):
    """Django's, for cookies."""


class AuthenticationMiddleware(_ForCookies, auth.AuthenticationMiddleware):
    """Django's, for cookies."""


class OTPMiddleware(_ForCookies, otp.OTPMiddleware):
    """django-otp's, for cookies."""


class MessageMiddleware(_ForCookies, messages.MessageMiddleware):
    """Django's, for cookies."""


def _brings_token(request: HttpRequest) -> bool:
    given = request.META.get("HTTP_AUTHORIZATION", "")
    return request.path_info.startswith("/api/") and given[: len(SCHEME)].lower() == SCHEME
