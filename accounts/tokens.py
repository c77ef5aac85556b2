"""Tokens of the host application, and of users for pages of another site."""

from collections.abc import Sequence
from datetime import timedelta

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.db import connection

from accounts.models import HostToken, User
from notifcenter import tokens
from notifcenter.database import prepared

LIFETIME = timedelta(hours=1)
NOT_ASKED_FOR = ("password", "last_login", "date_joined")
"""Nobody's business; asked for all the same, they are fetched."""
ASKED_FOR = [field.attname for field in User._meta.concrete_fields if field.attname not in NOT_ASKED_FOR]
ACTIVE = f"SELECT {', '.join(ASKED_FOR)} FROM accounts_user WHERE is_active = %s AND id IN ({{users}})"
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
    asked = ACTIVE.format(users=", ".join(["%s"] * len(pks)))
    people = [User.from_db(connection.alias, ASKED_FOR, row) for row in prepared.first(asked, [True, *pks])]
    found = {person.pk: person for person in people}
    return [found.get(pk) for pk in pks]


def _host(raw: str) -> HostToken | None:
    row: HostToken | None = tokens.verified(HostToken, raw)
    return row


def _user(raw: str) -> User | None:
    """Raises ``notifcenter.tokens.Expired``."""
    try:
        _unsigned(raw)
    except SignatureExpired:
        raise tokens.Expired from None
    except BadSignature:
        return None
    return users([raw])[0]


def _signed_pk(raw: str) -> int:
    """The id of the user whom a token speaks for; 0 for a bad or expired one."""
    try:
        return _unsigned(raw)
    except BadSignature:
        return 0


def _unsigned(raw: str) -> int:
    """Raises BadSignature, or SignatureExpired, which is one."""
    kind, _line, signed = raw.partition("_")
    return int(_signer.unsign(signed, max_age=LIFETIME)) if kind == "ncu" else 0


tokens.register("ncm", _host)
tokens.register("ncu", _user)
