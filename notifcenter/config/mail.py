"""What EMAIL_URL means: a file per mail, SMTP in three flavours, or one of anymail's services."""

from importlib.util import find_spec
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

SMTP = {
    "smtp": {"port": 25, "tls": False, "ssl": False},
    "smtp+tls": {"port": 587, "tls": True, "ssl": False},
    "smtps": {"port": 465, "tls": False, "ssl": True},
}
CURE = (
    "smtp://user:password@host:25, smtp+tls:// or smtps:// likewise, where @ / # ? and % in the password are "
    "%40 %2F %23 %3F and %25, or a mail service's postmark://@?server_token=…"
)


def settings(url: str) -> dict[str, Any]:
    """Django's mail settings for ``EMAIL_URL``.

    ``smtp://user:password@host:port``, ``smtp+tls://…``, ``smtps://…``, or an anymail service:
    ``mailgun://API_KEY@?sender_domain=example.com`` (anymail's settings in lower case, without the service's name);
    ``webhook_secret=name:password`` opens its tracking webhooks to who knows it.
    Empty: one ``.eml`` file per mail in ``DATA_DIR/mail``. Raises ValueError.
    """
    if not url:
        return {"EMAIL_BACKEND": "channels_app.mail.eml_backend.EmailBackend"}
    parts = urlsplit(url)
    return _smtp(parts) if parts.scheme in SMTP else _anymail(parts)


def _smtp(parts: SplitResult) -> dict[str, Any]:
    flavour = SMTP[parts.scheme]
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(parts.scheme)
    return {
        "EMAIL_BACKEND": "channels_app.mail.smtp_backend.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or flavour["port"],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": flavour["tls"],
        "EMAIL_USE_SSL": flavour["ssl"],
    }


def _anymail(parts: SplitResult) -> dict[str, Any]:
    if not parts.scheme.isidentifier() or not find_spec(f"anymail.backends.{parts.scheme}"):
        raise ValueError(parts.scheme)
    service = parts.scheme.upper()
    options = {_anymail_name(service, name): value for name, value in parse_qsl(parts.query)}
    if parts.username:
        options.setdefault(f"{service}_API_KEY", unquote(parts.username))
    return {
        "EMAIL_BACKEND": f"anymail.backends.{parts.scheme}.EmailBackend",
        "ANYMAIL": options | {"REQUESTS_TIMEOUT": (5, 15)},
    }


def _anymail_name(service: str, name: str) -> str:
    return "WEBHOOK_SECRET" if name == "webhook_secret" else f"{service}_{name.upper()}"
