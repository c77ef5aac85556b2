"""Who opens a socket: a session of this very site, or a user token in the subprotocol."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import auth
from django.http.cookie import parse_cookie

from accounts import tokens
from accounts.models import User

BEARER = "bearer."


@dataclass(slots=True)
class Person:
    """What an open page needs of its user; the whole row would be 2 KB a page.

    ``session`` is the key of the session it came with; with a user token it is empty and ``expires_at`` (Unix seconds)
    says when the token ends. ``readable``: the page is one of ours, and draws what ``notifcenter.readable`` adds.
    """

    pk: int
    language: str
    timezone: str
    session: str = ""
    expires_at: float = float("inf")
    readable: bool = False


@dataclass(frozen=True)
class Handshake:
    """What the request that opens a socket says of its sender."""

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
        """The Cookie header."""
        return self.headers.get("cookie", "")

    @property
    def is_from_this_site(self) -> bool:
        """Whether the page's origin is exactly this site: PUBLIC_URL, or the host asked for where that is another."""
        origin, public = urlsplit(self.headers.get("origin", "")), urlsplit(settings.PUBLIC_URL)
        if origin.netloc == public.netloc:
            return origin.scheme in {public.scheme, "https"}  # a page of plain http must not pose as one of https
        return bool(origin.netloc) and origin.netloc == self.headers.get("host")


def by_tokens(offered: Sequence[str]) -> list[Person | None]:
    """The people whose tokens these subprotocols carry; None for a bad one."""
    raws = [protocol.removeprefix(BEARER) for protocol in offered]
    return [
        Person(user.pk, user.language, user.timezone, expires_at=tokens.expires_at(raw)) if user else None
        for raw, user in zip(raws, tokens.users(raws), strict=True)
    ]


def by_session(cookie: str) -> Person | None:
    """The active person of the session whose cookie this is, or None."""
    key = parse_cookie(cookie).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = auth.get_user(SimpleNamespace(session=session))  # type: ignore[arg-type]
    if not isinstance(user, User) or not user.is_active:
        return None
    return Person(user.pk, user.language, user.timezone, session=key)
