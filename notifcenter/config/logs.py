"""Logs: one line per event, plain or JSON, with the request id, and without anything secret."""

import logging
import re
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from notifcenter import request_id

FIELDS = ("asctime", "levelname", "name", "message", "request_id")
NAMES = {"asctime": "time", "levelname": "level", "name": "logger"}
OURS = ("notifcenter", "accounts", "channels_app")
SERVERS = ("uvicorn", "_granian", "django")

_END = r"""[^\s"'\\<>),]"""
_SECRETS = (
    (re.compile(rf"\b((?:nc[a-z]|whsec)_){_END}+"), r"\1…"),
    (re.compile(rf"(?i)\b(bearer[ .]|vapid t=){_END}+"), r"\1…"),
    (re.compile(rf"\b(mail/(?:choice|confirm)/|accounts/password_reset/){_END}+"), r"\1…"),
    (re.compile(r"\b[\w=-]{1,200}:[\w-]{4,20}:[\w-]{27,64}"), "…"),
    (re.compile(rf"\b([a-z][a-z0-9+]*://)(?:{_END}*@)?([^\s/\"'\\<>),?]+)[/?]{_END}*"), r"\1\2/…"),
    (re.compile(r"\b([a-z][a-z0-9+]*://)[^\s/@\"']*@"), r"\1"),
)


def redacted(text: str) -> str:
    """The text without tokens, webhook secrets, credentials, and all of an address but its host."""
    for secret, instead in _SECRETS:
        text = secret.sub(instead, text)
    return text


class Line(logging.Formatter):
    """A plain line."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


class Json(JsonFormatter):
    """A JSON object: time, level, logger, message, request_id, and what the event adds."""

    def __init__(self) -> None:
        super().__init__(FIELDS, rename_fields=NAMES, json_ensure_ascii=False)

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        return redacted(super().format(record))


class RequestId(logging.Filter):
    """Gives every record the request id: its own, or that of what is being done."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets it pass."""
        record.request_id = getattr(record, "request_id", "") or request_id.current()
        return True


def settings(form: str, level: str) -> dict[str, Any]:
    """Django's LOGGING. ``form`` is line or json; ``level`` applies to all, empty: warnings, in JSON our events too."""
    own = level or ("INFO" if form == "json" else "WARNING")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": RequestId}},
        "formatters": {
            "line": {"()": Line, "format": "{asctime} {levelname} {name}: {message}", "style": "{"},
            "json": {"()": Json},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": form, "filters": ["request_id"]}},
        "root": {"handlers": ["stderr"], "level": level or "WARNING"},
        "loggers": {name: {"level": own} for name in OURS}
        | {"kombu.connection": {"level": "ERROR"}}
        | {name: {"handlers": [], "level": "WARNING", "propagate": True} for name in SERVERS},
    }
