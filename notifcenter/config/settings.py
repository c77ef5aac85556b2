"""Settings, all from the environment (12-factor); README.md lists them."""

import os
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from corsheaders.defaults import default_headers

from notifcenter.config import logs, mail, secrets, sign_in
from notifcenter.config.environment import data_dir, database, values
from notifcenter.config.environment.reader import Environment

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = Environment(os.environ)

DATA_DIR = data_dir.prepared(Path(env.str("DATA_DIR") or BASE_DIR / "data"))
HOST = env.parsed("HOST", "127.0.0.1", values.host, "a host's name or address, such as 0.0.0.0")
PORT = env.int("PORT", 8000, least=1, most=65535)
_here = "localhost" if HOST in ("0.0.0.0", "::") else HOST
LOCAL_URL = f"http://{_here}:{PORT}"
PUBLIC_URL = env.parsed(
    "PUBLIC_URL",
    LOCAL_URL,
    values.web_url,
    "the address people see, such as https://notices.example.com",
)
REDIS_URL = env.parsed("REDIS_URL", "", values.redis_url, "redis://host:6379/0")
DEBUG = env.bool("DEBUG", False)
DEMO = False  # `up --demo` sets it
SECRET_KEY = env.str("SECRET_KEY", "") or secrets.persisted(DATA_DIR / "secret_key", secrets.new_secret_key)

# --- who may call ---
CRM_URL = env.parsed(
    "CRM_URL", PUBLIC_URL, values.web_url, "the host application's address, such as https://crm.example.com"
)
_public = urlsplit(PUBLIC_URL)
ALLOWED_HOSTS = env.parsed(
    "ALLOWED_HOSTS",
    ["localhost", "127.0.0.1", "[::1]", str(_public.hostname)],
    values.hosts,
    "hosts divided by commas, without scheme and port, such as notices.example.com,.example.org",
)
CSRF_FAILURE_VIEW = "notifcenter.error_pages.csrf_failure"
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
CORS_ALLOWED_ORIGINS: list[str] = env.parsed(
    "CORS_ALLOWED_ORIGINS", [], values.origins, "addresses divided by commas, such as https://crm.example.com"
)
CORS_ALLOW_HEADERS = [*default_headers, "x-notifcenter-user"]
CORS_URLS_REGEX = r"^/(api/v1|static)/.*$"
SECURE_PROXY_SSL_HEADER = ("notifcenter.forwarded_proto", "https")  # set by TrustedProxyMiddleware
TRUSTED_PROXIES: list[IPv4Network | IPv6Network] = env.parsed(
    "TRUSTED_PROXIES", [], values.networks, "addresses or networks divided by commas, such as 10.0.0.0/8"
)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _is_https = _public.scheme == "https"
SESSION_COOKIE_NAME = "__Host-sessionid" if _is_https else "sessionid"  # so no other host of the domain can set it
SESSION_ENGINE = "accounts.sessions"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _is_https else 0
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

INSTALLED_APPS = [
    "channels_app",
    "accounts",
    "notifcenter",
    "accounts.login.admin_app.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "corsheaders",
    "notifcenter.config.light_drf.LightRestFrameworkConfig",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "channels",
]
MIDDLEWARE = [
    "notifcenter.config.middleware.trusted_proxies.TrustedProxyMiddleware",
    "notifcenter.config.middleware.request_log.RequestMiddleware",
    "notifcenter.config.middleware.compression.CompressionMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "notifcenter.config.middleware.headers.SecurityHeadersMiddleware",
    "notifcenter.config.middleware.clean_urls.CleanUrlsMiddleware",
    "notifcenter.config.health.HealthMiddleware",
    "notifcenter.operation.static_files.StaticFilesMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "notifcenter.config.middleware.token_requests.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "notifcenter.config.middleware.token_requests.CsrfViewMiddleware",
    "notifcenter.config.middleware.token_requests.AuthenticationMiddleware",
    *sign_in.middleware(env),
    "notifcenter.api.session_writes.MeantForMiddleware",
    "accounts.language.LanguageMiddleware",
    "notifcenter.config.middleware.token_requests.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.login.middleware.LoginLimitMiddleware",
]
ROOT_URLCONF = "notifcenter.config.urls"
WSGI_APPLICATION = "notifcenter.config.wsgi.application"
ASGI_APPLICATION = "notifcenter.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "channels_app.live.page_state.context",
                "notifcenter.pages.sandbox.navigation",
            ]
        },
    }
]

# --- data ---
_sqlite: dict[str, Any] = {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{DATA_DIR}/db.sqlite3"}
DATABASES = {"default": env.parsed("DATABASE_URL", _sqlite, database.settings, database.CURE)}
DATABASES["default"] |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
_synchronous = env.choice("SQLITE_SYNCHRONOUS", "FULL", ["FULL", "NORMAL"])
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={_synchronous}; PRAGMA wal_autocheckpoint=4000;",
    }
else:
    DATABASES["default"]["OPTIONS"] = {"connect_timeout": 5} | DATABASES["default"]["OPTIONS"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # rate limits are counted in it: what is dropped would count anew
    }
}

# --- people and languages ---
AUTH_USER_MODEL = "accounts.User"
vars().update(_sign_in := sign_in.settings(env))
LOCAL_LOGIN: bool = _sign_in["LOCAL_LOGIN"]
STAFF_SECOND_FACTOR: bool = _sign_in["STAFF_SECOND_FACTOR"]
LOGIN_FAILURES: int = _sign_in["LOGIN_FAILURES"]
OIDC_ISSUER: str = _sign_in["OIDC_ISSUER"]
OIDC_RP_CLIENT_ID: str = _sign_in["OIDC_RP_CLIENT_ID"]
OIDC_GROUPS_CLAIM: str = _sign_in["OIDC_GROUPS_CLAIM"]
OIDC_TIMEOUT: int = _sign_in["OIDC_TIMEOUT"]
INSTALLED_APPS += _sign_in.pop("APPS")
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
LANGUAGE_CODE = env.choice("LANGUAGE_CODE", "ru", ["ru", "en"])
LANGUAGES = [("ru", "Русский"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.parsed("TIME_ZONE", "Europe/Moscow", values.time_zone, "a zone's name, such as Europe/Moscow")
USE_TZ = True
_entity_urls = {
    "contact": "/contacts/detail/{id}",
    "lead": "/leads/detail/{id}",
    "company": "/companies/detail/{id}",
}
ENTITY_URLS: dict[str, str] = _entity_urls | env.parsed(
    "ENTITY_URLS",
    dict[str, str](),
    values.templates(*_entity_urls),
    """a JSON object, such as {"contact": "/contacts/detail/{id}"}""",
)
PHONE_REGION = env.parsed("PHONE_REGION", "RU", values.phone_region, "the two letters of a region, such as RU")
CALLER_LOOKUP_URL = env.parsed("CALLER_LOOKUP_URL", "", values.lookup_url, "an http or https address")
CALLER_LOOKUP_SECRET = env.parsed(
    "CALLER_LOOKUP_SECRET", "", values.webhook_secret, "a secret in base64, with or without whsec_ before it"
)

FOLD_MINUTES = env.int("FOLD_MINUTES", 15, most=1440)  # so long repeats fold into the first; 0: nothing folds
RETENTION_DAYS = env.int("RETENTION_DAYS", 0)  # older notifications are dropped, but for the newest 200 of each centre

# --- files ---
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 60

# --- API ---
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["notifcenter.api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["notifcenter.api.json_parser.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "notifcenter.api.openapi.auto_schema.ProblemSchema",
    "EXCEPTION_HANDLER": "notifcenter.api.problems.handler.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Notifcenter",
    "DESCRIPTION": "Publish notifications, read the centre, choose what goes where.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v[0-9]+",
    "ENUM_NAME_OVERRIDES": {"StateEnum": "notifcenter.models.delivery.State"},
}

# --- work ---
CELERY_BROKER_URL = env.parsed(
    "CELERY_BROKER_URL",
    REDIS_URL or "memory://",
    values.broker_url,
    "amqp://user:password@host:5672/ or redis://host/0",
)
_in_memory = CELERY_BROKER_URL.startswith("memory")
CELERY_BROKER_TRANSPORT = "notifcenter.config.broker:Transport" if _in_memory else None
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {}
    if _in_memory
    else {"socket_timeout": 5, "socket_connect_timeout": 1, "ack_emulation": False}  # to restore acks ends the worker
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_POOL = "threads"  # one drain a channel and process: a slow channel takes one thread, not a process
CELERY_WORKER_CONCURRENCY = 6
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"

# --- mail ---
DEFAULT_FROM_EMAIL = env.parsed(
    "DEFAULT_FROM_EMAIL",
    f"Notifcenter <notifcenter@{_public.hostname}>",
    values.sender,
    "a mail address, such as Notices <notices@example.com>",
)
SERVER_EMAIL = parseaddr(DEFAULT_FROM_EMAIL)[1]
EMAIL_TIMEOUT = 10
EMAIL_RATE = env.float("EMAIL_RATE", 0)  # mails a second of each worker; 0: as fast as it goes
vars().update(_mail := env.parsed("EMAIL_URL", mail.settings(""), mail.settings, mail.CURE))
INSTALLED_APPS += ["anymail"] if "ANYMAIL" in _mail else []

# --- push ---
VAPID_PRIVATE_KEY = env.parsed(
    "VAPID_PRIVATE_KEY", "", values.vapid_key, "a P-256 private key, 32 bytes in base64url"
) or secrets.persisted(DATA_DIR / "vapid_private_key", secrets.new_vapid_private_key)
SECRET_FILES = secrets.files
VAPID_SUBJECT = env.parsed(
    "VAPID_SUBJECT", f"mailto:{SERVER_EMAIL}", values.vapid_subject, "mailto:you@example.com or an https address"
)
PUSH_ALLOW_INSECURE_ENDPOINTS = env.bool("PUSH_ALLOW_INSECURE_ENDPOINTS", False)
FCM_CREDENTIALS = env.parsed(
    "FCM_CREDENTIALS", "", values.json_file, "the path of a readable service-account file, which is JSON"
)
FCM_API_URL = env.parsed("FCM_API_URL", "https://fcm.googleapis.com", values.web_url, "an http or https address")

# --- logs and numbers ---
_level = env.choice("LOG_LEVEL", "", ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
LOGGING = logs.settings(env.choice("LOG_FORMAT", "line", ["line", "json"]), _level)
STOP_SECONDS = 20  # how long a worker that is stopped may finish what it is sending
METRICS_PORT = env.int("METRICS_PORT", 0, most=65535)  # where a worker answers Prometheus; 0: nowhere

env.check()
SETTING_SLIPS = env.slips()
