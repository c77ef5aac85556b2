"""What PUBLIC_URL leads to, whether its clock is ours, and whether the proxy before it is trusted."""

import http.client
import json
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host

from notifcenter.operation import untrusted_peer
from notifcenter.operation.doctor.checks import Failed, check, first_line

TIMEOUT_SECONDS = 10
CLOCK_TOLERANCE_SECONDS = 10
BODY_BYTES_MAX = 10_000


@dataclass(frozen=True)
class Response:
    """What the address answered between two moments, in Unix seconds."""

    status: int
    location: str
    date: str
    body: bytes
    begun: float
    ended: float


@check("clock")
def try_clock() -> None:
    """Compare with the Date of the address; nothing where there is none to compare with. Raises Failed."""
    response = _fetched()
    if not isinstance(response, Response) or not response.date:
        return
    try:
        theirs = parsedate_to_datetime(response.date).timestamp()
    except ValueError:
        return
    ahead = max(response.begun - theirs - 1, theirs - response.ended)
    if ahead > CLOCK_TOLERANCE_SECONDS:
        where = "behind" if theirs > response.ended else "ahead of"
        raise Failed(f"this machine is {ahead:.0f} s {where} {_address()}: let NTP set both clocks.")


@check("address")
def try_address() -> None:
    """Fetch the health page where people and services would; raises Failed."""
    response = _fetched()
    if isinstance(response, Response):
        _judge(response)
    elif settings.PUBLIC_URL != settings.LOCAL_URL:
        cure = "start the product, open the way to it, or correct PUBLIC_URL"
        raise Failed(f"{_address()} cannot be reached ({response}): {cure}.")
    if peer := untrusted_peer.latest():
        consequence = "where log-ins come from is not known, so only the limit of the account counts"
        cure = "add it to TRUSTED_PROXIES and restart"
        raise Failed(f"{peer} sends X-Forwarded-For and is not trusted; {consequence}: {cure}.")


def _judge(response: Response) -> None:
    if 300 <= response.status < 400:
        target = response.location.removesuffix("/healthz")
        raise Failed(f"{_address()} redirects to {response.location}: set PUBLIC_URL to {target}.")
    if response.status != 200 or not _is_ours(response.body):
        problem = f"answers {response.status}" if response.status != 200 else "is not Notifcenter"
        raise Failed(f"{_address()} {problem}: lead it to the product, or correct PUBLIC_URL.")
    host = str(urlsplit(settings.PUBLIC_URL).hostname)
    if not validate_host(f"[{host}]" if ":" in host else host, settings.ALLOWED_HOSTS):
        raise Failed(f"{host} is not in ALLOWED_HOSTS: add it.")


def _is_ours(body: bytes) -> bool:
    try:
        return bool(json.loads(body) == {"status": "ok"})
    except ValueError:
        return False


def _address() -> str:
    return f"{settings.PUBLIC_URL}/healthz"


@cache
def _fetched() -> Response | str:
    """The response, or why there is none."""
    parts = urlsplit(_address())
    connection = _connection(parts.scheme)(str(parts.hostname), parts.port, timeout=TIMEOUT_SECONDS)
    begun = time.time()
    try:
        connection.request("GET", parts.path, headers={"User-Agent": "Notifcenter-doctor"})
        answer = connection.getresponse()
        body = answer.read(BODY_BYTES_MAX)
        location, date = (answer.getheader(name, "") for name in ("Location", "Date"))
        return Response(answer.status, location, date, body, begun, time.time())
    except (OSError, http.client.HTTPException) as error:
        return getattr(error, "strerror", None) or first_line(error)
    finally:
        connection.close()


def _connection(scheme: str) -> Callable[..., http.client.HTTPConnection]:
    if scheme == "http":
        return http.client.HTTPConnection
    context = ssl.create_default_context()
    return lambda host, port, timeout: http.client.HTTPSConnection(host, port, timeout=timeout, context=context)
