"""VAPID (RFC 8292): the key that browsers subscribe with, and the Authorization header signed with it."""

from functools import lru_cache

import jwt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid02, b64urlencode

from accounts import endpoints

SLOT_SECONDS = 6 * 3600


def public_key() -> str:
    """The application server key, 65 bytes in unpadded base64url."""
    return _public(settings.VAPID_PRIVATE_KEY)


def authorization(endpoint: str, now: float) -> str:
    """The Authorization header for that push service: one signature for all its subscriptions, for six hours."""
    return _signed(
        settings.VAPID_PRIVATE_KEY, settings.VAPID_SUBJECT, endpoints.origin(endpoint), int(now // SLOT_SECONDS)
    )


@lru_cache(maxsize=1024)
def _signed(private: str, subject: str, origin: str, slot: int) -> str:
    claims = {"aud": origin, "exp": (slot + 2) * SLOT_SECONDS, "sub": subject}
    token = jwt.encode(claims, _key(private).private_key, algorithm="ES256")
    return f"vapid t={token}, k={_public(private)}"


@lru_cache(maxsize=4)
def _public(private: str) -> str:
    return str(b64urlencode(_key(private).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)))


@lru_cache(maxsize=4)
def _key(private: str) -> Vapid02:
    return Vapid02.from_pem(private.encode()) if "-----BEGIN" in private else Vapid02.from_string(private)
