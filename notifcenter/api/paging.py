"""Lists by opaque cursor: a key to go on from, never an offset, never a count."""

from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from notifcenter.api.query import Cursor
from notifcenter.api.response import ApiResponse


class Rows(Protocol):
    """What a page is read from: rows ordered by their unique ``key``.

    Where it has a ``stopped_at`` after reading, the page is short and goes on from that key.
    """

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


def page(request: Request, query: dict[str, Any], rows: Rows, show: Any, *, newest_first: bool = True) -> HttpResponse:
    """One page of ``rows`` as a checked ``PageQuery`` asks for it; ``show(list of rows)`` gives the results."""
    cursor, limit = query.get("cursor", Cursor()), query["limit"]
    page_rows = rows.page(mark=cursor.mark, descending=newest_first != cursor.backwards, limit=limit + 1)
    more, page_rows = len(page_rows) > limit, page_rows[:limit]
    if cursor.backwards:
        page_rows.reverse()
    keys = [getattr(row, rows.key) for row in page_rows]
    links = _links(request, keys, cursor, more=more)
    if (stopped_at := getattr(rows, "stopped_at", None)) is not None:
        links["previous" if cursor.backwards else "next"] = _link(request, Cursor(cursor.backwards, stopped_at))
    return ApiResponse(links | {"results": show(page_rows)})


def _links(request: Request, keys: list[int], cursor: Cursor, *, more: bool) -> dict[str, Any]:
    began = cursor.mark is not None
    after, before = (began, more) if cursor.backwards else (more, began)
    return {
        "next": _link(request, Cursor(False, keys[-1])) if keys and after else None,
        "previous": _link(request, Cursor(True, keys[0])) if keys and before else None,
    }


def _link(request: Request, cursor: Cursor) -> str:
    return replace_query_param(request.build_absolute_uri(), "cursor", cursor.opaque())
