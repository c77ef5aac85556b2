"""The page to sign in: by password where the settings allow it, and by the company's OpenID Connect issuer."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User


class SignInView(LoginView):
    """Without local log-in it only shows the link to the issuer."""

    template_name = "accounts/login.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *arguments: object, **options: object) -> HttpResponse:
        """Sign in by password."""
        if not settings.LOCAL_LOGIN:
            return redirect(settings.LOGIN_URL)
        return super().post(request, *arguments, **options)

    def get_context_data(self, **more: object) -> dict[str, Any]:
        """What the page offers."""
        return super().get_context_data(**more) | sign_in_options()


def sign_in_options() -> dict[str, bool]:
    """By which ways one may sign in here."""
    return {"by_password": settings.LOCAL_LOGIN, "by_oidc": bool(settings.OIDC_ISSUER)}


def has_password(user: User) -> bool:
    """Whether this person signs in by a password, so that it can prove who makes a change."""
    return settings.LOCAL_LOGIN and user.has_usable_password()
