"""Which push endpoints are allowed: anybody may register one, and this server is going to call it."""

import base64
import binascii
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from django.conf import settings

URL_MAX = 2000
_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_TUNNELS = (IPv6Network("2001::/32"), IPv6Network("2002::/16"))


def check_endpoint(url: str) -> None:
    """Raise ValueError, which says why, for what cannot be a push service: not https, or a host of our own network.

    Names are not resolved here: their addresses are checked at every connection, by ``may_connect``.
    """
    if len(url) > URL_MAX or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise ValueError(f"An endpoint is at most {URL_MAX} ASCII characters without spaces.")
    parts = urlsplit(url)
    if parts.scheme not in _schemes():
        raise ValueError("An endpoint is an https address.")
    if parts.username is not None or parts.fragment or parts.port == 0 or not parts.hostname:
        raise ValueError("An endpoint has a host, and no user or fragment.")
    if not settings.PUSH_ALLOW_INSECURE_ENDPOINTS and _is_private(parts.hostname):
        raise ValueError("An endpoint must not lead into a private network.")


def origin(url: str) -> str:
    """Scheme, host and port: the push service, and the audience of a VAPID signature."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, also when it hides in IPv6."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return _is_public_v6(ip) if isinstance(ip, IPv6Address) else _is_public_v4(ip)


def may_connect(address: str) -> bool:
    """Whether a connection to this IP address is allowed now."""
    return bool(settings.PUSH_ALLOW_INSECURE_ENDPOINTS) or is_public(address)


def check_p256dh(text: str) -> str:
    """The browser's public key in unpadded base64url; ValueError when it is no point of P-256."""
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415  8 MB, not before somebody registers

    raw = decoded(text)
    if len(raw) != 65:
        raise ValueError("p256dh is an uncompressed P-256 point: 65 bytes in base64url.")
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except ValueError:
        raise ValueError("p256dh is not a point of the curve P-256.") from None
    return _encoded(raw)


def check_auth(text: str) -> str:
    """The subscription's secret in unpadded base64url; ValueError when it is not 16 bytes."""
    raw = decoded(text)
    if len(raw) != 16:
        raise ValueError("auth is 16 bytes in base64url.")
    return _encoded(raw)


def decoded(text: str) -> bytes:
    """The bytes of a key in base64url, padded or not; ValueError when it is something else."""
    plain = text.rstrip("=").replace("+", "-").replace("/", "_")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("This is not base64url.") from None


def check_token(text: str) -> None:
    """Raise ValueError for what cannot be an FCM registration token."""
    if not 1 <= len(text) <= 4096 or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("A token is at most 4096 ASCII characters without spaces.")


def _schemes() -> set[str]:
    return {"https", "http"} if settings.PUSH_ALLOW_INSECURE_ENDPOINTS else {"https"}


def _is_private(host: str) -> bool:
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith((".localhost", ".local", ".internal")) or not name:
        return True
    return _looks_numeric(name) and not is_public(name)


def _looks_numeric(name: str) -> bool:
    """Also 2130706433, 0x7f.1 and 127.1, which the C library reads as addresses."""
    last = name.rpartition(".")[2]
    return ":" in name or last.isdigit() or last.startswith("0x")


def _is_public_v4(ip: IPv4Address) -> bool:
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _is_public_v6(ip: IPv6Address) -> bool:
    if ip.ipv4_mapped:
        return _is_public_v4(ip.ipv4_mapped)
    if ip in _NAT64:
        return _is_public_v4(IPv4Address(int(ip) & 0xFFFFFFFF))
    return ip in _UNICAST and ip.is_global and not any(ip in network for network in _TUNNELS)


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
