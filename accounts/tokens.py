"""Management tokens, and tokens of users for pages of another site."""

from collections.abc import Sequence
from datetime import timedelta

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner, b62_decode
from django.db import connection

from accounts.models import HostToken, User
from notifcenter import tokens
from notifcenter.database import prepared

LIFETIME = timedelta(hours=1)
DEFERRED = ("password", "last_login", "date_joined")
"""Columns that no request needs; Django fetches one that is read all the same."""
COLUMNS = [field.attname for field in User._meta.concrete_fields if field.attname not in DEFERRED]
ACTIVE = f"SELECT {', '.join(COLUMNS)} FROM accounts_user WHERE is_active = %s AND id IN ({{users}})"
_signer = TimestampSigner(salt="accounts.user-token", sep=".")


def mint_management_token(name: str) -> str:
    """A new management token."""
    return tokens.mint(HostToken, "ncm", name=name)


def mint_for_user(user: User) -> str:
    """A signed token, good for an hour, in characters that fit a header and a WebSocket subprotocol."""
    return f"ncu_{_signer.sign(str(user.pk))}"


def users(raws: Sequence[str]) -> list[User | None]:
    """The active people of these user tokens, in one query; None for a bad token."""
    pks = [_signed_pk(raw) for raw in raws]
    statement = ACTIVE.format(users=", ".join(["%s"] * len(pks)))
    people = [User.from_db(connection.alias, COLUMNS, row) for row in prepared.first(statement, [True, *pks])]
    by_pk = {person.pk: person for person in people}
    return [by_pk.get(pk) for pk in pks]


def expires_at(raw: str) -> float:
    """When a good user token ends, in Unix seconds."""
    return b62_decode(raw.rsplit(_signer.sep, 2)[1]) + LIFETIME.total_seconds()


def _management_token(raw: str) -> HostToken | None:
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


tokens.register("ncm", _management_token)
tokens.register("ncu", _user)
