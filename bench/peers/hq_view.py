"""Beside ours: django-notifications-hq's ``notify.send`` behind a plain view, on SQLite as we set it up.

It runs with an older Django, the last that the package works with.
"""

import json
import os
from typing import Any

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="bench",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "notifications"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["PEER_DATABASE"],
            "CONN_MAX_AGE": None,
            "OPTIONS": {"timeout": 20},
        }
    },
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.backends.signals import connection_created  # noqa: E402
from django.http import HttpResponse, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402
from notifications.signals import notify  # noqa: E402


def publish(request: Any) -> JsonResponse:
    """Notify one user; nothing is checked."""
    document = json.loads(request.body)
    user = User.objects.get(username=document["recipients"][0])
    notify.send(user, recipient=user, verb=document["text"])
    return JsonResponse({"recipients": 1}, status=201)


def tune(connection: Any, **_more: Any) -> None:
    """The journal that the product has."""
    connection.cursor().execute("PRAGMA journal_mode=WAL")
    connection.cursor().execute(f"PRAGMA synchronous={os.environ['PEER_SYNCHRONOUS']}")


urlpatterns = [path("publish/", publish), path("healthz", lambda request: HttpResponse())]
connection_created.connect(tune)
call_command("migrate", verbosity=0)
if not User.objects.exists():
    User.objects.bulk_create(User(username=f"user{n}") for n in range(int(os.environ["PEER_PEOPLE"])))
connection.close()
application = get_wsgi_application()
