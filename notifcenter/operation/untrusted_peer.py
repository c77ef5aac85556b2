"""The proxy that forwards requests without being trusted: noted in DATA_DIR by who serves, for the doctor to read.

Only peers of a private network count: from elsewhere anybody can send the header.
"""

import time
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

from django.conf import settings

FILE = "untrusted_peer"
NOTED_EVERY_SECONDS = 3600
RECENT_SECONDS = 24 * 3600

Address = IPv4Address | IPv6Address
_next_at = 0.0


def note(peer: Address) -> None:
    """Remember that this peer sent X-Forwarded-For; at most once an hour and process, and never raises."""
    global _next_at
    if time.monotonic() < _next_at or not peer.is_private:
        return
    _next_at = time.monotonic() + NOTED_EVERY_SECONDS
    try:
        _path().write_text(f"{peer}\n")
    except OSError:
        pass


def latest() -> Address | None:
    """The peer noted within a day, unless it has come to be trusted since."""
    try:
        peer, noted_at = ip_address(_path().read_text().strip()), _path().stat().st_mtime
    except (OSError, ValueError):
        return None
    is_trusted = any(peer in network for network in settings.TRUSTED_PROXIES)
    return None if is_trusted or time.time() - noted_at > RECENT_SECONDS else peer


def _path() -> Path:
    return Path(settings.DATA_DIR) / FILE
