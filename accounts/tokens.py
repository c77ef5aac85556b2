"""Tokens of the host application, and of users for pages of another site."""

from collections.abc import Sequence
from datetime import timedelta

from django.core.signing import BadSignature, TimestampSigner

from accounts.models import HostToken, User
from notifcenter import tokens

LIFETIME = timedelta(hours=1)
_signer = TimestampSigner(salt="accounts.user-token", sep=".")


def mint_for_host(name: str) -> str:
    """A new management token."""
    return tokens.mint(HostToken, "ncm", name=name)


def mint_for_user(user: User) -> str:
    """A signed token good for an hour; letters that fit a header and a WebSocket subprotocol."""
    return f"ncu_{_signer.sign(str(user.pk))}"


def users(raws: Sequence[str]) -> list[User | None]:
    """The active people whom these user tokens speak for, asked for at once; None for a bad token."""
    pks = [_signed_pk(raw) for raw in raws]
    found = User.objects.filter(is_active=True).in_bulk(pks)
    return [found.get(pk) for pk in pks]


def _host(raw: str) -> HostToken | None:
    row: HostToken | None = tokens.verified(HostToken, raw)
    return row


def _user(raw: str) -> User | None:
    return users([raw])[0]


def _signed_pk(raw: str) -> int:
    kind, _line, signed = raw.partition("_")
    try:
        return int(_signer.unsign(signed, max_age=LIFETIME)) if kind == "ncu" else 0
    except BadSignature:
        return 0


tokens.register("ncm", _host)
tokens.register("ncu", _user)
