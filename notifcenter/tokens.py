"""Bearer tokens: made once, shown once, kept as a hash; each kind has its own first letters."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.utils import timezone

from notifcenter.database import prepared
from notifcenter.models import Provider, ProviderToken

Resolver = Callable[[str], Any | None]
_resolvers: dict[str, Resolver] = {}

ASKED_FOR = ("id", "code", "name", "icon", "rate_limit")
PROVIDER_OF_TOKEN = f"""
    SELECT token.digest, {", ".join(f"provider.{name}" for name in ASKED_FOR)}
    FROM notifcenter_providertoken token JOIN notifcenter_provider provider ON provider.id = token.provider_id
    WHERE token.prefix = %s AND token.revoked_at IS NULL"""


class Expired(Exception):
    """The token was good, and is no longer."""


def register(kind: str, resolver: Resolver) -> None:
    """Say who answers for tokens that begin with ``kind_``: a resolver gives the principal, or None for a bad token."""
    _resolvers[kind] = resolver


def resolve(raw: str) -> Any | None:
    """Whom this token speaks for: a Provider, a HostToken or a User; None when it is no good one; raises Expired."""
    resolver = _resolvers.get(raw.partition("_")[0])
    return resolver(raw) if resolver else None


def mint(model: Any, kind: str, **owner: Any) -> str:
    """Keep a new token of ``model`` for its owner and give back the raw text ``kind_prefix_secret``, the only time."""
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    raw = f"{kind}_{prefix}_{secret}"
    model.objects.create(prefix=prefix, digest=_digest(raw), **owner)
    return raw


def verified(model: Any, raw: str, *related: str) -> Any | None:
    """The valid token row of ``model`` for this raw text, or None."""
    row = model.objects.select_related(*related).filter(prefix=_prefix(raw), revoked_at=None).first()
    return row if row and hmac.compare_digest(row.digest, _digest(raw)) else None


def revoke(rows: Any) -> int:
    """Make these token rows worthless from now on; how many were not yet."""
    return rows.filter(revoked_at=None).update(revoked_at=timezone.now())


def mint_for_provider(provider: Provider) -> str:
    """A new token of a provider; older ones stay valid."""
    return mint(ProviderToken, "ncp", provider=provider)


def _provider(raw: str) -> Provider | None:
    """What publishing asks of it is there, the rest is fetched when it is asked for."""
    for digest, *values in prepared.first(PROVIDER_OF_TOKEN, [_prefix(raw)]):
        if hmac.compare_digest(digest, _digest(raw)):
            return Provider.from_db(connection.alias, ASKED_FOR, values)
    return None


def _prefix(raw: str) -> str:
    return raw.split("_", 2)[1] if raw.count("_") >= 2 else ""


def _digest(raw: str) -> str:
    return hashlib.sha256(raw.encode()).hexdigest()


register("ncp", _provider)
