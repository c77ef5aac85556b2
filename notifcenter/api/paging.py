"""Lists by opaque cursor: a key to go on from, never an offset, never a count."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from notifcenter.api.response import ApiResponse

SIZE, LARGEST = 50, 200


class Rows(Protocol):
    """What a page is read from: rows ordered by their unique ``key``."""

    @property
    def key(self) -> str:
        """The attribute they are ordered by, a number."""

    def page(self, *, mark: int | None, descending: bool, limit: int) -> list[Any]:
        """The first of them beyond the key ``mark``."""


@dataclass(frozen=True)
class Ordered:
    """A QuerySet ordered by the unique column ``key``."""

    rows: QuerySet[Any]
    key: str

    def page(self, *, mark: int | None, descending: bool, limit: int) -> list[Any]:
        """The first of them beyond the key ``mark``."""
        beyond = {} if mark is None else {f"{self.key}__{'lt' if descending else 'gt'}": mark}
        return list(self.rows.filter(**beyond).order_by(f"-{self.key}" if descending else self.key)[:limit])


def page(request: Request, rows: Rows, show: Any, *, newest_first: bool = True) -> HttpResponse:
    """One page of ``rows``; ``show(list of rows)`` gives the results."""
    limit, (backwards, mark) = _limit(request), _cursor(request)
    found = rows.page(mark=mark, descending=newest_first != backwards, limit=limit + 1)
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    return ApiResponse(_links(request, found, rows.key, more, backwards, mark) | {"results": show(found)})


def _links(
    request: Request, found: list[Any], key: str, more: bool, backwards: bool, mark: int | None
) -> dict[str, Any]:
    after = more if not backwards else mark is not None
    before = mark is not None if not backwards else more
    return {
        "next": _link(request, f"n{getattr(found[-1], key)}") if found and after else None,
        "previous": _link(request, f"p{getattr(found[0], key)}") if found and before else None,
    }


def _link(request: Request, mark: str) -> str:
    opaque = base64.urlsafe_b64encode(mark.encode()).rstrip(b"=").decode()
    return replace_query_param(request.build_absolute_uri(), "cursor", opaque)


def _limit(request: Request) -> int:
    raw = request.query_params.get("limit", str(SIZE))
    if not raw.isascii() or not raw.isdigit() or not 1 <= int(raw[:9]) <= LARGEST:
        raise ValidationError({"limit": [f"Give a number from 1 to {LARGEST}."]})
    return int(raw)


def _cursor(request: Request) -> tuple[bool, int | None]:
    opaque = request.query_params.get("cursor")
    if not opaque:
        return False, None
    try:
        mark = base64.urlsafe_b64decode(opaque + "=" * (-len(opaque) % 4)).decode("ascii")
        direction, number = mark[0], int(mark[1:])
    except (binascii.Error, ValueError, IndexError):
        direction, number = "", 0
    if direction not in ("n", "p") or abs(number) >= 2**63:
        raise ValidationError({"cursor": ["This cursor is not one of ours: take it from next or previous."]})
    return direction == "p", number
