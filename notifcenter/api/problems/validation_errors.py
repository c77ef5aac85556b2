"""What is wrong with a request, as a flat list of mistakes with their places."""

from collections.abc import Iterator
from itertools import islice

from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.settings import api_settings

ERRORS_MAX = 100
BODY, QUERY, HEADER = "pointer", "parameter", "header"

_CODES = {
    "null": "type",
    "type": "type",
    "not_a_list": "type",
    "not_a_dict": "type",
    "required": "required",
    "unknown": "unknown",
    "choice": "choice",
    "invalid_choice": "choice",
    "max_length": "too_long",
    "too_long": "too_long",
    "blank": "blank",
    "empty": "blank",
    "not_found": "not_found",
}
"""The contract's code for each of DRF's and our own."""


class QueryError(ValidationError):
    """Mistakes in the query: {parameter: [what is wrong]}."""


class HeaderError(ValidationError):
    """Mistakes in headers: {header: [what is wrong]}."""


def mistakes(error: ValidationError) -> list[dict[str, str]]:
    """The first ``ERRORS_MAX`` mistakes, each ``{"code", "detail"}`` with its ``pointer`` (RFC 6901), ``parameter`` or
    ``header``."""
    if isinstance(error, QueryError | HeaderError):
        place = QUERY if isinstance(error, QueryError) else HEADER
        errors = (
            {place: path.split("/")[1].replace("~1", "/").replace("~0", "~")} | why for path, why in _flat(error.detail)
        )
    else:
        errors = ({BODY: path} | why for path, why in _flat(error.detail))
    return list(islice(errors, ERRORS_MAX))


def summary(errors: list[dict[str, str]]) -> str:
    """The first three mistakes in one line."""
    return "; ".join(_line(entry) for entry in errors[:3])


def _flat(detail: object, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flat(inner, path if name == api_settings.NON_FIELD_ERRORS_KEY else f"{path}/{_escaped(name)}")
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, dict | list)
            yield from _flat(inner, f"{path}/{index}" if nested else path)
    else:
        code = str(detail.code) if isinstance(detail, ErrorDetail) else ""
        yield path, {"code": _CODES.get(code, "invalid"), "detail": str(detail)}


def _line(entry: dict[str, str]) -> str:
    place = entry.get(BODY) or entry.get(QUERY) or entry.get(HEADER)
    return f"{place}: {entry['detail']}" if place else entry["detail"]


def _escaped(name: object) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")
