"""A real OpenID provider, django-oauth-toolkit in a project of its own.

``python -m tests.fakes.oidc PORT FOLDER CALLBACK`` starts it.

``USERS`` has its users and their claims; the password is the name.
"""

import os
import sys
from pathlib import Path
from typing import Any

CLIENT_ID, CLIENT_SECRET = "notifcenter", "a-secret-of-the-tests"
USERS: dict[str, dict[str, Any]] = {
    "vera": {"preferred_username": "vera", "given_name": "Вера", "email": "vera@example.com", "email_verified": True},
    "anna": {"preferred_username": "anna", "email": "other@example.com", "email_verified": True},
    "admin": {"preferred_username": "admin", "email": "admin@example.com", "email_verified": True},
    "mail": {"preferred_username": "", "email": "Alexey@example.com", "email_verified": True},
    "unverified": {"preferred_username": "new-one", "email": "alexey@example.com", "email_verified": False},
}
GROUPS = {"vera": ["sales", "staff"]}


def configure(port: int, folder: Path) -> None:
    """Set Django up as the provider."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from django.conf import settings

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    settings.configure(
        SECRET_KEY="tests",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="tests.fakes.oidc",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        SESSION_COOKIE_NAME="provider-session",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "oidc.sqlite3")}},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        LOGIN_URL="/sign-in/",
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_ISS_ENDPOINT": f"http://127.0.0.1:{port}/o",
            "OIDC_RSA_PRIVATE_KEY": pem,
            "OAUTH2_VALIDATOR_CLASS": "tests.fakes.oidc_claims.Validator",
            "SCOPES": {"openid": "", "profile": "", "email": ""},
            "PKCE_REQUIRED": True,
        },
    )


def prepare(callback: str) -> None:
    """Tables, users and the client."""
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from oauth2_provider.models import Application

    call_command("migrate", verbosity=0)
    for name in USERS:
        User.objects.create_user(name, password=name)
    Application.objects.create(
        name="Notifcenter",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        client_type="confidential",
        authorization_grant_type="authorization-code",
        redirect_uris=callback,
        algorithm="RS256",
        skip_authorization=True,
    )


def main() -> None:
    """Serve until the end."""
    port, folder, callback = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    os.environ["DJANGO_SETTINGS_MODULE"] = ""
    configure(port, folder)
    import django

    django.setup()
    prepare(callback)
    import uvicorn
    from django.core.asgi import get_asgi_application

    uvicorn.run(get_asgi_application(), host="127.0.0.1", port=port, log_level="warning", lifespan="off")


def _urls() -> list[Any]:
    from django.contrib.auth import authenticate, login
    from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
    from django.urls import include, path

    def sign_in(request: HttpRequest) -> HttpResponse:
        if request.method == "GET":
            return HttpResponse("sign in")
        user = authenticate(username=request.POST["username"], password=request.POST["password"])
        if user is None:
            return HttpResponse(status=403)
        login(request, user)
        return HttpResponseRedirect(request.GET["next"])

    return [path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")), path("sign-in/", sign_in)]


if __name__ == "__main__":
    main()
else:
    from django.conf import settings as _settings

    if _settings.configured and _settings.ROOT_URLCONF == "tests.fakes.oidc":
        urlpatterns = _urls()
