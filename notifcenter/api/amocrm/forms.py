"""Forms as PHP's ``http_build_query`` and jQuery's ``param`` write nested data: ``add[0][users][]=7``."""

import re
from collections.abc import Iterable
from typing import IO, Any
from urllib.parse import parse_qsl

from rest_framework.exceptions import ValidationError
from rest_framework.parsers import BaseParser

from notifcenter.api.json_parser import DEPTH_MAX, StrictJSONParser, bounded_body
from notifcenter.plain_number import plain_number

FIELDS_MAX = 100_000
_name = re.compile(r"([^\[]+)((?:\[[^\]]*\])+)")
_key = re.compile(r"\[([^\]]*)\]")


class UrlencodedParser(BaseParser):
    """``application/x-www-form-urlencoded`` of 5 MB at most."""

    media_type = "application/x-www-form-urlencoded"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        """The nested data; raises ValidationError or TooLarge."""
        body = bounded_body(parser_context["request"]._request)  # noqa: SLF001  bounded, and readable twice
        try:
            pairs = parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=FIELDS_MAX)
        except ValueError:
            raise ValidationError(f"A form may have {FIELDS_MAX} fields at most.") from None
        return nested(pairs)


class MultipartParser(BaseParser):
    """``multipart/form-data``, as a page's ``FormData`` is sent; files are passed over."""

    media_type = "multipart/form-data"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        """The nested data; raises ValidationError or TooLarge."""
        django_request = parser_context["request"]._request  # noqa: SLF001  Django has parsed it for the CSRF check
        bounded_body(django_request)
        return nested((name, value) for name, values in django_request.POST.lists() for value in values)


JSON_OR_FORM = (StrictJSONParser, UrlencodedParser, MultipartParser)


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The data whose leaves the names lead to; numbered keys make lists, in the order of the form.

    Of two values of one name the last wins, as in PHP. Raises ValidationError where it is nested too deep.
    """
    root: dict[str | int, Any] = {}
    for name, value in pairs:
        first, keys = _path(name)
        node, key = root, first
        for following in keys:
            inner = node.get(key)
            node[key] = inner = inner if isinstance(inner, dict) else {}
            node, key = inner, following or len(inner)  # a number is no key of a form: nothing is overwritten
        node[key] = value
    return {str(name): _with_lists(value) for name, value in root.items()}


def _path(name: str) -> tuple[str | int, list[str]]:
    parts = _name.fullmatch(name)
    if parts is None:
        return name, []
    keys = _key.findall(parts[2])
    if len(keys) >= DEPTH_MAX:
        raise ValidationError("The form is nested too deep.")
    return parts[1], keys


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _with_lists(entry) for key, entry in value.items()}
    numbered = all(isinstance(key, int) or plain_number(key) is not None for key in inner)
    return list(inner.values()) if numbered else inner
