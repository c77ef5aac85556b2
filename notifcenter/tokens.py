"""Bearer tokens: generated and shown once, stored as a hash; each kind has its own prefix."""

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

PROVIDER_COLUMNS = ("id", "code", "name", "icon", "rate_limit")
PROVIDER_OF_TOKEN = f"""
    SELECT token.digest, {", ".join(f"provider.{name}" for name in PROVIDER_COLUMNS)}
    FROM notifcenter_providertoken token JOIN notifcenter_provider provider ON provider.id = token.provider_id
    WHERE token.prefix = %s AND token.revoked_at IS NULL"""


class Expired(Exception):
    """The token was good, and is no longer."""


def register(kind: str, resolver: Resolver) -> None:
    """Set the resolver of tokens that begin with ``kind_``: it gives the principal, or None for a bad token."""
    _resolvers[kind] = resolver


def resolve(raw: str) -> Any | None:
    """The principal of this token: a Provider, a HostToken or a User; None for a bad token; raises Expired."""
    resolver = _resolvers.get(raw.partition("_")[0])
    return resolver(raw) if resolver else None


def mint(model: Any, kind: str, **owner: Any) -> str:
    """Store a new token of ``model`` for its owner; gives the raw text ``kind_prefix_secret``, which is not stored."""
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    raw = f"{kind}_{prefix}_{secret}"
    model.objects.create(prefix=prefix, digest=_digest(raw), **owner)
    return raw


def verified(model: Any, raw: str, *related: str) -> Any | None:
    """The valid token row of ``model`` for this raw text, or None."""
    row = model.objects.select_related(*related).filter(prefix=_prefix(raw), revoked_at=None).first()
    return row if row and hmac.compare_digest(row.digest, _digest(raw)) else None


def revoke(rows: Any) -> int:
    """Revoke these token rows; gives how many were valid."""
    return rows.filter(revoked_at=None).update(revoked_at=timezone.now())


def mint_for_provider(provider: Provider) -> str:
    """Store a new token of a provider and give its raw text; older tokens stay valid."""
    return mint(ProviderToken, "ncp", provider=provider)


def _provider(raw: str) -> Provider | None:
    """With the columns that publishing reads; the others are fetched on access."""
    for digest, *values in prepared.first(PROVIDER_OF_TOKEN, [_prefix(raw)]):
        if hmac.compare_digest(digest, _digest(raw)):
            return Provider.from_db(connection.alias, PROVIDER_COLUMNS, values)
    return None


def _prefix(raw: str) -> str:
    return raw.split("_", 2)[1] if raw.count("_") >= 2 else ""


def _digest(raw: str) -> str:
    return hashlib.sha256(raw.encode()).hexdigest()


register("ncp", _provider)
