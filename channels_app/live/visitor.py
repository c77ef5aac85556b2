"""Who opens a socket: a session of this very site, or a user token in the subprotocol."""

from collections.abc import Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import auth

from accounts import tokens
from accounts.models import User

BEARER = "bearer."


@dataclass(slots=True)
class Person:
    """What an open page needs of its user; the whole row would be 2 KB a page."""

    pk: int
    language: str
    timezone: str

    @classmethod
    def of(cls, user: User) -> "Person":
        """From a row."""
        return cls(user.pk, user.language, user.timezone)


@dataclass(frozen=True)
class Handshake:
    """What a handshake says of who knocks."""

    headers: dict[str, str]
    offered: list[str]

    @classmethod
    def of(cls, scope: dict[str, Any]) -> "Handshake":
        """From an ASGI scope."""
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        return cls(headers, scope.get("subprotocols") or [])

    @property
    def protocol(self) -> str | None:
        """The subprotocol that carries a token; the answer names the same."""
        return next((protocol for protocol in self.offered if protocol.startswith(BEARER)), None)

    @property
    def cookie(self) -> str:
        """The cookies it brings."""
        return self.headers.get("cookie", "")

    @property
    def is_from_this_site(self) -> bool:
        """Whether the page's origin is exactly this site: the host asked for, or PUBLIC_URL."""
        origin = self.headers.get("origin", "")
        if origin == _origin(settings.PUBLIC_URL):
            return True
        return urlsplit(origin).netloc == self.headers.get("host") and bool(urlsplit(origin).netloc)


def by_tokens(offered: Sequence[str]) -> list[Person | None]:
    """The people whose tokens these subprotocols carry; None for a bad one."""
    found = tokens.users([protocol.removeprefix(BEARER) for protocol in offered])
    return [Person.of(user) if user else None for user in found]


def by_session(cookie: str) -> Person | None:
    """The person of a session, or None."""
    key = SimpleCookie(cookie).get(settings.SESSION_COOKIE_NAME)
    if key is None:
        return None
    session = import_module(settings.SESSION_ENGINE).SessionStore(key.value)
    user = auth.get_user(SimpleNamespace(session=session))  # type: ignore[arg-type]
    return Person.of(user) if isinstance(user, User) and user.is_active else None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
