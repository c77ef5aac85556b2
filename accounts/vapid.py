"""VAPID (RFC 8292): the key that browsers subscribe with, and the Authorization header signed with it."""

from functools import lru_cache

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid02, b64urlencode

from accounts import endpoints

SLOT_SECONDS = 6 * 3600
ANY_SUBJECT = {"no-strict": True}
"""py_vapid's pattern refuses host names without a dot, which a local network may have."""


def public_key() -> str:
    """The application server key, 65 bytes in unpadded base64url."""
    point = _key(settings.VAPID_PRIVATE_KEY).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return str(b64urlencode(point))


def authorization(endpoint: str, now: float) -> str:
    """The Authorization header for that push service: one signature for all its subscriptions, for six hours."""
    slot = int(now // SLOT_SECONDS)
    return _signed(settings.VAPID_PRIVATE_KEY, settings.VAPID_SUBJECT, endpoints.origin(endpoint), slot)


@lru_cache(maxsize=1024)
def _signed(private: str, subject: str, origin: str, slot: int) -> str:
    claims = {"aud": origin, "exp": (slot + 2) * SLOT_SECONDS, "sub": subject}
    return str(_key(private).sign(claims)["Authorization"])


@lru_cache(maxsize=4)
def _key(private: str) -> Vapid02:
    key = Vapid02.from_pem(private.encode()) if "-----BEGIN" in private else Vapid02.from_string(private)
    return Vapid02(key.private_key, ANY_SUBJECT)
