"""JSON in: bounded, and with an error that says what to mend."""

import json
import math
from typing import IO, Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from rest_framework.parsers import BaseParser

from notifcenter.api.exceptions import MalformedJson, TooLarge

BODY_MAX = 5 * 1024 * 1024
DEPTH_MAX = 20


class StrictJSONParser(BaseParser):
    """UTF-8 JSON of 5 MB at most, whose numbers are finite and whose depth is bounded."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        """The document; MalformedJson (400) or TooLarge (413) where it is none."""
        return parse_json(bounded_body(parser_context["request"]._request))  # noqa: SLF001  DRF's stream is not bounded


def parse_json(body: bytes) -> Any:
    """The document; raises MalformedJson."""
    try:
        document = json.loads(body, parse_constant=_refuse_constant, parse_float=_finite)
    except UnicodeDecodeError:
        raise MalformedJson("The body is not UTF-8.") from None
    except RecursionError:
        raise MalformedJson("The JSON is nested too deep.") from None
    except ValueError as error:
        raise MalformedJson(f"The body is not JSON: {error}") from None
    if _depth_exceeds(document, DEPTH_MAX):
        raise MalformedJson("The JSON is nested too deep.")
    return document


def bounded_body(django_request: HttpRequest) -> bytes:
    """The body, kept for who reads it again; raises TooLarge."""
    try:
        if int(django_request.META.get("CONTENT_LENGTH") or 0) > BODY_MAX:
            raise TooLarge
        return django_request.body
    except RequestDataTooBig:
        raise TooLarge from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:20]} is too large a number")
    return number


def _depth_exceeds(value: Any, depth: int) -> bool:
    if isinstance(value, dict):
        return depth < 1 or any(_depth_exceeds(inner, depth - 1) for inner in value.values())
    if isinstance(value, list):
        return depth < 1 or any(_depth_exceeds(inner, depth - 1) for inner in value)
    return False
