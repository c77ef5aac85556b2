"""What DATABASE_URL means."""

from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

CURE = (
    "sqlite:////folder/file, or postgres://user:password@host:5432/name, where @ / # ? and % in the password "
    "are %40 %2F %23 %3F and %25"
)


def settings(url: str) -> dict[str, Any]:
    """Django's settings of a database for ``postgres://user:password@host:port/name?option=value`` or ``sqlite:///path``.

    The password may stand in PGPASSWORD instead, as it is. Raises ValueError.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and len(parts.path) > 1 and not parts.netloc:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": unquote(parts.path[1:])}
    if parts.scheme in ("postgres", "postgresql") and not parts.fragment:
        return _postgresql(parts)
    raise ValueError(url)


def _postgresql(parts: SplitResult) -> dict[str, Any]:
    name = unquote(parts.path[1:])
    if not name or "@" in parts.path:  # a raw slash in the password ends the host too early
        raise ValueError(parts.path)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "OPTIONS": _options(parts.query),
    }


def _options(query: str) -> dict[str, Any]:
    """libpq's options and psycopg's ``prepare_threshold``, which ``none`` switches off."""
    if not query:
        return {}
    from psycopg import ProgrammingError, conninfo  # noqa: PLC0415  with SQLite it is not loaded

    options: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=True))
    threshold = options.pop("prepare_threshold", None)
    try:
        conninfo.make_conninfo(**options)
    except ProgrammingError as error:
        raise ValueError(query) from error
    if threshold is not None:
        options["prepare_threshold"] = None if threshold == "none" else int(threshold)
    return options
