"""What the text of a setting must be; each raises ValueError where it is something else."""

import base64
import json
from collections.abc import Callable
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from kombu.transport import TRANSPORT_ALIASES

from notifcenter.calls import phone_numbers

VAPID_KEY_BYTES = 32


def web_url(text: str) -> str:
    """An http or https address without query, and without a slash at its end."""
    parts = _address(text, "http", "https")
    if not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(text)
    return text.rstrip("/")


def redis_url(text: str) -> str:
    """Where Redis is."""
    _address(text, "redis", "rediss", "unix")
    return text


def broker_url(text: str) -> str:
    """A broker that kombu knows."""
    _address(text, *TRANSPORT_ALIASES)
    return text


def host(text: str) -> str:
    """A name or an address to listen on."""
    if "/" in text or " " in text:
        raise ValueError(text)
    return text


def hosts(text: str) -> list[str]:
    """Names of hosts without scheme and port; a dot in front stands for all below."""
    return [_host_name(word.strip()) for word in text.split(",") if word.strip()]


def origins(text: str) -> list[str]:
    """Addresses of sites, without a path."""
    return [_origin(word.strip()) for word in text.split(",") if word.strip()]


def networks(text: str) -> list[IPv4Network | IPv6Network]:
    """Addresses and networks."""
    return [ip_network(word.strip(), strict=False) for word in text.split(",") if word.strip()]


def time_zone(text: str) -> str:
    """The name of a zone."""
    try:
        ZoneInfo(text)
    except (KeyError, OSError) as error:
        raise ValueError(text) from error
    return text


def sender(text: str) -> str:
    """A mail address, with or without a name before it."""
    local, _at, domain = parseaddr(text)[1].rpartition("@")
    if not local or not domain:
        raise ValueError(text)
    return text


def vapid_key(text: str) -> str:
    """A P-256 private key, 32 bytes in unpadded base64url."""
    if len(base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)) != VAPID_KEY_BYTES:
        raise ValueError(text)
    return text


def vapid_subject(text: str) -> str:
    """Where push services find who sends."""
    parts = _address(text, "mailto", "https")
    if not (parts.hostname or "@" in parts.path):
        raise ValueError(text)
    return text


def webhook_secret(text: str) -> str:
    """A secret of Standard Webhooks: base64, with or without ``whsec_`` before it."""
    if not base64.b64decode(text.removeprefix("whsec_"), validate=True):
        raise ValueError(text)
    return text


def phone_region(text: str) -> str:
    """The two letters of a region, in upper case."""
    if not phone_numbers.is_region(text.upper()):
        raise ValueError(text)
    return text.upper()


def lookup_url(text: str) -> str:
    """An http or https address, with or without a query."""
    parts = _address(text, "http", "https")
    if not parts.hostname or parts.fragment or "@" in parts.netloc:
        raise ValueError(text)
    return text


def json_file(text: str) -> str:
    """The path of a readable file with a JSON object."""
    try:
        document = json.loads(Path(text).read_text())
    except OSError as error:
        raise ValueError(text) from error
    if not isinstance(document, dict):
        raise ValueError(text)
    return text


def templates(*names: str) -> Callable[[str], dict[str, str]]:
    """A JSON object with texts for some of these names, each with ``{id}`` in it."""

    def parse(text: str) -> dict[str, str]:
        document = json.loads(text)
        good = isinstance(document, dict) and document.keys() <= set(names)
        if not good or not all(isinstance(one, str) and "{id}" in one for one in document.values()):
            raise ValueError(text)
        return dict(document)

    return parse


def _address(text: str, *schemes: str) -> SplitResult:
    parts = urlsplit(text)
    _port = parts.port  # raises ValueError where it is none
    if parts.scheme not in schemes or " " in text:
        raise ValueError(text)
    return parts


def _host_name(word: str) -> str:
    bare = word[1:-1] if word.startswith("[") and word.endswith("]") else word.replace(":", "/")
    if "/" in bare or " " in bare:
        raise ValueError(word)
    return word


def _origin(word: str) -> str:
    parts = urlsplit(web_url(word))
    if parts.path:
        raise ValueError(word)
    return word.rstrip("/")
