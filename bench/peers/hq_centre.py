"""django-notifications-hq as its documentation sets it up, in an environment of its own; run, it fills its tables."""

import os
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings

_url = urlsplit(os.environ["DATABASE_URL"])
settings.configure(
    SECRET_KEY="bench",
    ALLOWED_HOSTS=["*"],
    USE_TZ=True,
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "notifications"],
    MIDDLEWARE=[
        "django.middleware.common.CommonMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    DJANGO_NOTIFICATIONS_CONFIG={"PAGINATE_BY": 50},
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _url.path[1:],
            "USER": _url.username,
            "HOST": _url.hostname,
            "PORT": _url.port,
            "CONN_MAX_AGE": None,
        }
    },
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402  Django must be set up first
from django.urls import include, path  # noqa: E402

from bench.tools.stored_items import indexed_after  # noqa: E402

urlpatterns = [path("", include("notifications.urls", namespace="notifications"))]
application = get_wsgi_application()

FILL = """
INSERT INTO notifications_notification (level, recipient_id, unread, actor_content_type_id, actor_object_id, verb,
        description, timestamp, public, deleted, emailed)
    SELECT 'info', CASE WHEN n % {apart} = 0 THEN {person} ELSE {person} + 1 + n % {others} END, n % 3 = 0, {kind},
        {person}::text, 'called', 'A call from +79991234567', now() - ({items} - n) * interval '1 second',
        true, false, false
    FROM generate_series(1, {items}) n"""


def fill(items: int, apart: int, others: int) -> str:
    """Make people and notifications, every so many for the first of them; gives the key of that one's session."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
    from django.contrib.contenttypes.models import ContentType
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    user: Any = get_user_model()
    user.objects.bulk_create(user(pk=n, username=f"user{n}") for n in range(1, others + 2))
    kind = ContentType.objects.get_for_model(user).pk
    filling = FILL.format(items=items, apart=apart, others=others, person=1, kind=kind)
    with connection.cursor() as cursor:
        for statement in indexed_after([filling], ["notifications_notification"]):
            cursor.execute(statement)
    session, person = SessionStore(), user.objects.get(pk=1)
    session[SESSION_KEY], session[HASH_SESSION_KEY] = "1", person.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.save()
    return str(session.session_key)
