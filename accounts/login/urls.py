"""Addresses of signing in; those of what is not set up are not there."""

from django.conf import settings
from django.urls import include, path

from accounts.login import reset
from accounts.login.limit import RESET_PATH
from accounts.login.pages import SignInView

login_urls = [path("accounts/login/", SignInView.as_view(), name="login")]
if settings.LOCAL_LOGIN:
    login_urls += [
        path(RESET_PATH[1:], reset.ResetView.as_view(), name="password_reset"),
        path(
            "accounts/password_reset/<uidb64>/<token>/",
            reset.ResetConfirmView.as_view(),
            name="password_reset_confirm",
        ),
    ]
if settings.OIDC_ISSUER:
    login_urls.append(path("oidc/", include("mozilla_django_oidc.urls")))  # type: ignore[arg-type]
if settings.STAFF_SECOND_FACTOR:
    from accounts.login.second_factor import SecondFactorView  # its tables are there only then

    login_urls.append(path("accounts/second_factor/", SecondFactorView.as_view(), name="second_factor"))
