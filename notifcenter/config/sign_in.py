"""Settings of signing in: by password with its limit, by an OpenID Connect issuer, and the second factor of staff."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from notifcenter.config.environment.reader import Environment

OTP_APPS = ["django_otp", "django_otp.plugins.otp_totp", "django_otp.plugins.otp_static"]

RULES = ["MinimumLengthValidator", "CommonPasswordValidator", "UserAttributeSimilarityValidator"]
"""What a new password passes: 8 characters, none of the 20,000 most common ones, none of the account's own names."""


def settings(env: Environment) -> dict[str, Any]:
    """Django's, django-axes' and mozilla-django-oidc's settings; ``APPS``: what is installed beside the usual."""
    by_password, issuer = env.bool("LOCAL_LOGIN", True), env.str("OIDC_ISSUER")
    if not by_password and not issuer:
        raise ImproperlyConfigured("LOCAL_LOGIN=0 leaves no way to sign in: set OIDC_ISSUER, or LOCAL_LOGIN=1.")
    backends = ["axes.backends.AxesStandaloneBackend"]
    backends += ["accounts.login.hashing.LimitedModelBackend"] if by_password else []
    backends += ["accounts.login.oidc.Backend"] if issuer else []
    return {
        "AUTHENTICATION_BACKENDS": backends,
        "AUTH_PASSWORD_VALIDATORS": [{"NAME": f"django.contrib.auth.password_validation.{name}"} for name in RULES],
        "LOCAL_LOGIN": by_password,
        "STAFF_SECOND_FACTOR": (second_factor := _asks_second_factor(env)),
        "OTP_TOTP_ISSUER": "Notifcenter",
        "APPS": ["axes", *(OTP_APPS if second_factor else [])],
        **_limit(env),
        **_issuer(env),
    }


def middleware(env: Environment) -> list[str]:
    """What comes right after Django's authentication."""
    return ["notifcenter.config.middleware.token_requests.OTPMiddleware"] if _asks_second_factor(env) else []


def _asks_second_factor(env: Environment) -> bool:
    return env.bool("STAFF_SECOND_FACTOR", False)


def _limit(env: Environment) -> dict[str, Any]:
    failures = env.int("LOGIN_FAILURES", 5)
    return {
        "LOGIN_FAILURES": failures,
        "AXES_ENABLED": failures > 0,
        "AXES_FAILURE_LIMIT": failures or 1,
        "AXES_COOLOFF_TIME": timedelta(minutes=15),
        "AXES_HANDLER": "accounts.login.limit.LoginLimit",
        "AXES_LOCKOUT_CALLABLE": "accounts.login.limit.refused",
        "AXES_USERNAME_CALLABLE": "accounts.login.limit.username_of",
        "AXES_CLIENT_IP_CALLABLE": "accounts.login.limit.address_of",
        "AXES_ENABLE_ACCESS_FAILURE_LOG": True,
        "AXES_RESET_ON_SUCCESS": False,
        "AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT": False,
        "AXES_SENSITIVE_PARAMETERS": ["password", "new_password1", "new_password2", "code"],
        "AXES_VERBOSE": False,
        "SILENCED_SYSTEM_CHECKS": ["axes.W002"],  # its middleware is there, as a subclass
    }


def _issuer(env: Environment) -> dict[str, Any]:
    return {
        "OIDC_ISSUER": env.str("OIDC_ISSUER"),
        "OIDC_RP_CLIENT_ID": env.str("OIDC_CLIENT_ID"),
        "OIDC_RP_CLIENT_SECRET": env.str("OIDC_CLIENT_SECRET"),
        "OIDC_GROUPS_CLAIM": env.str("OIDC_GROUPS_CLAIM", "groups"),
        "OIDC_RP_SCOPES": "openid profile email",
        "OIDC_RP_SIGN_ALGO": "RS256",
        "OIDC_USE_PKCE": True,
        "OIDC_TIMEOUT": 10,
        "OIDC_CALLBACK_CLASS": "accounts.login.oidc.CallbackView",
        "OIDC_AUTHENTICATE_CLASS": "accounts.login.oidc.RequestView",
        "LOGIN_REDIRECT_URL_FAILURE": "/accounts/login/?oidc=failed",
    }
