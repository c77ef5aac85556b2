"""Log-in by OpenID Connect: the library speaks the protocol, this binds identities to accounts.

An identity is an issuer and its ``sub``. The first log-in may bind an account that exists and is not
staff; staff are bound by an admin only. Groups come from a claim, and never give staff rights.
"""

import logging
from typing import Any

import jwt
import requests
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.db import IntegrityError, transaction
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView

from accounts import mail_address
from accounts.models import OidcIdentity, User, check_username
from notifcenter.usernames import Ambiguous, owners, spelt_as

logger = logging.getLogger(__name__)
Claims = dict[str, Any]
DISCOVERY = "/.well-known/openid-configuration"
DISCOVERY_SECONDS = 3600
ENDPOINTS = {
    "OIDC_OP_AUTHORIZATION_ENDPOINT": "authorization_endpoint",
    "OIDC_OP_TOKEN_ENDPOINT": "token_endpoint",
    "OIDC_OP_USER_ENDPOINT": "userinfo_endpoint",
    "OIDC_OP_JWKS_ENDPOINT": "jwks_uri",
}


class Discovered:
    """Takes the endpoints from the issuer's discovery document, everything else from the settings."""

    @staticmethod
    def get_settings(name: str, *default: object) -> Any:
        """A setting of the library; raises requests' errors where the issuer does not answer."""
        if name in ENDPOINTS:
            return _discovery()[ENDPOINTS[name]]
        return OIDCAuthenticationBackend.get_settings(name, *default)


class RequestView(Discovered, OIDCAuthenticationRequestView):
    """Sends the browser to the issuer."""


class CallbackView(Discovered, OIDCAuthenticationCallbackView):
    """Takes the browser back."""


class Backend(Discovered, OIDCAuthenticationBackend):
    """Finds, binds or makes the account of an identity."""

    def verify_token(self, token: str, **options: object) -> Claims:
        """The claims of a token that this issuer made for this client; raises SuspiciousOperation."""
        try:
            claims: Claims = super().verify_token(token, **options)
        except jwt.PyJWTError as error:  # the library lets through what is not about the signature, as an expiry
            raise SuspiciousOperation(f"the token is not good: {error}") from None
        audience = claims.get("aud")
        if claims.get("iss") != settings.OIDC_ISSUER:
            raise SuspiciousOperation("the token is of another issuer")
        if settings.OIDC_RP_CLIENT_ID not in (audience if isinstance(audience, list) else [audience]):
            raise SuspiciousOperation("the token is for another client")
        return claims

    def get_or_create_user(self, access_token: str, id_token: str, payload: Claims) -> User | None:
        """The account, its groups as the claim has them; None where there is none to be had."""
        claims = payload | self.get_userinfo(access_token, id_token, payload)
        if not payload.get("sub") or claims["sub"] != payload["sub"]:
            raise SuspiciousOperation("the user info is of somebody else")
        user = account_of(claims)
        if user is not None and settings.OIDC_GROUPS_CLAIM in claims:
            _set_groups(user, claims[settings.OIDC_GROUPS_CLAIM])
        return user


@transaction.atomic
def account_of(claims: Claims) -> User | None:
    """The account bound to this identity; else one is bound or made. None where the name is taken by somebody else."""
    identity = {"issuer": settings.OIDC_ISSUER, "subject": str(claims["sub"])[:255]}
    known = OidcIdentity.objects.filter(**identity).select_related("user").first()
    if known:
        return known.user
    user = _existing(claims) or _new(claims)
    if user is not None:
        OidcIdentity.objects.create(user=user, **identity)
        logger.info("user %s was bound to an OpenID Connect identity", user.pk)
    return user


def _existing(claims: Claims) -> User | None:
    """The one account that the claims name and that may be bound: nobody's yet, not staff."""
    free = User.objects.filter(oidc_identities=None, is_staff=False, is_superuser=False, is_active=True)
    if named := free.filter(pk__in=_meant_by(str(claims.get("preferred_username") or ""))).first():
        return named
    address = claims.get("email") if claims.get("email_verified") is True else ""
    by_address = list(free.filter(email__iexact=address, mail_blocked="")[:2]) if address else []
    return by_address[0] if len(by_address) == 1 else None


def _meant_by(username: str) -> list[int]:
    """The id of whom this username means; none where that is nobody, or could be two."""
    try:
        return [owner.id for owner in owners([username]).values()]
    except Ambiguous:
        return []


def _new(claims: Claims) -> User | None:
    name = User.normalize_username(str(claims.get("preferred_username") or f"oidc-{claims['sub']}"))[:150]
    user = User(username=name, first_name=_text(claims, "given_name"), last_name=_text(claims, "family_name"))
    user.email = _address(claims)
    user.set_unusable_password()
    if User.objects.filter(spelt_as(name)).exists():
        logger.warning("an OpenID Connect identity names an account that it may not have; an admin must bind it")
        return None
    try:
        check_username(name)
        user.full_clean(exclude=["password"])
        with transaction.atomic():
            user.save()
    except (IntegrityError, ValidationError):
        return None
    return user


def _address(claims: Claims) -> str:
    """The verified mail address, if mail can be sent to it; empty otherwise."""
    address = str(claims.get("email") or "") if claims.get("email_verified") is True else ""
    try:
        if address:
            mail_address.check(address)
    except ValidationError as error:
        logger.warning("an OpenID Connect account is made without its address: %s", " ".join(error.messages))
        return ""
    return address


def _text(claims: Claims, name: str) -> str:
    return str(claims.get(name) or "")[:150]


def _set_groups(user: User, names: object) -> None:
    wanted = {str(name)[:150] for name in names} if isinstance(names, list) else set()
    user.groups.set([Group.objects.get_or_create(name=name)[0] for name in sorted(wanted)])


def _discovery() -> Claims:
    key = f"oidc-discovery:{settings.OIDC_ISSUER}"
    document: Claims | None = cache.get(key)
    if document is None:
        response = requests.get(settings.OIDC_ISSUER.rstrip("/") + DISCOVERY, timeout=settings.OIDC_TIMEOUT)
        response.raise_for_status()
        document = response.json()
        cache.set(key, document, DISCOVERY_SECONDS)
    return document
