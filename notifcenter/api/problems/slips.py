"""The usual slips in an address, and the address that was probably meant."""

import re
from collections.abc import Iterator

from django.urls import Resolver404, ResolverMatch, resolve

ROOT = "/api/v1/"
_prefix = re.compile(r"^(?:/api)?(?:/v\d+)?/")


def meant(path: str) -> str:
    """The address of ours that differs by a final slash, by ``/api/v1`` or by a doubled slash; empty: there is none."""
    return next((address for address in _candidates(path) if address != path and _is_ours(address)), "")


def _candidates(path: str) -> Iterator[str]:
    tidy = re.sub("/{2,}", "/", path)
    for address in (tidy, _prefix.sub(ROOT, tidy), tidy.removeprefix("/api/v1")):
        yield address
        yield f"{address}/"


def _is_ours(address: str) -> bool:
    try:
        match: ResolverMatch = resolve(address)
    except Resolver404:
        return False
    return match.url_name != "nothing"
