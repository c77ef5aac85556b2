"""Where a request came from: ``X-Forwarded-*`` is believed only from proxies that ``TRUSTED_PROXIES`` names."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.login.limit import UNTRUSTED_PROXY
from notifcenter.operation import untrusted_peer

FORWARDED_FOR, FORWARDED_PROTO = "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"
TRUSTED_PROTO = "notifcenter.forwarded_proto"
"""The scheme that a trusted proxy forwarded: ``SECURE_PROXY_SSL_HEADER`` names it."""

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class TrustedProxyMiddleware:
    """Sets ``REMOTE_ADDR`` to the client's address, and tells Django the scheme that a trusted proxy forwarded."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        meta = request.META
        peer = _parsed(meta.get("REMOTE_ADDR", ""))
        if peer is not None and _is_trusted(peer):
            meta["REMOTE_ADDR"] = str(_client(meta.get(FORWARDED_FOR, ""), peer))
            meta[TRUSTED_PROTO] = meta.get(FORWARDED_PROTO, "")
        elif FORWARDED_FOR in meta or FORWARDED_PROTO in meta:
            meta[UNTRUSTED_PROXY] = True
            if peer is not None:
                untrusted_peer.note(peer)
        return self.get_response(request)


def _client(forwarded: str, peer: Address) -> Address:
    """The rightmost entry that is no trusted proxy; what stands left of one that is no address is not believed."""
    client = peer
    for entry in reversed(forwarded.split(",") if forwarded else []):
        address = _parsed(_without_port(entry.strip()))
        if address is None:
            return client
        client = address
        if not _is_trusted(address):
            return client
    return client


def _without_port(entry: str) -> str:
    if entry.startswith("["):
        return entry[1:].partition("]")[0]
    return entry.partition(":")[0] if entry.count(":") == 1 else entry


def _parsed(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_trusted(address: Address) -> bool:
    return any(address in network for network in settings.TRUSTED_PROXIES)
