"""JSON in: bounded, strict, and with an error that says what to mend."""

import json
from typing import IO, Any, NoReturn, cast
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from notifcenter.api.exceptions import TooLarge
from notifcenter.content import is_clean

DEEPEST = 20


class StrictJSONParser(BaseParser):
    """UTF-8 JSON without NaN, control characters or endless depth; 5 MB at most."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        """The document; ParseError (400) or TooLarge (413) where it is none."""
        try:
            document = json.loads(_body(parser_context["request"]), parse_constant=_no_constant)
        except RequestDataTooBig:
            raise TooLarge from None
        except UnicodeDecodeError:
            raise ParseError("The body is not UTF-8.") from None
        except RecursionError:
            raise ParseError("The JSON is nested too deep.") from None
        except ValueError as error:
            raise ParseError(f"The body is not JSON: {error}") from None
        _check(document, "", 0)
        return document


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know, so that a typing error is told and not swallowed."""

    def to_internal_value(self, data: Any) -> Any:
        """The fields; unknown ones are an error at their own pointer, told together with the others'."""
        unknown = sorted(data.keys() - self.fields.keys()) if isinstance(data, dict) else []
        errors: dict[str, Any] = {name: ["There is no such field."] for name in unknown}
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError(cast(dict[str, Any], error.detail) | errors) from None
        if errors:
            raise serializers.ValidationError(errors)
        return value


class StrictIntegerField(serializers.IntegerField):
    """A JSON number without a fraction: not true, not "7"."""

    def to_internal_value(self, data: Any) -> int:
        """The number."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictCharField(serializers.CharField):
    """A JSON string: not a number."""

    def to_internal_value(self, data: Any) -> str:
        """The string."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictUUIDField(serializers.UUIDField):
    """An id as we write it: a JSON string, not a number."""

    def to_internal_value(self, data: Any) -> UUID:
        """The id."""
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class StrictBooleanField(serializers.BooleanField):
    """true or false: not 1, not "yes"."""

    def to_internal_value(self, data: Any) -> bool:
        """The boolean."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


def _body(request: Any) -> bytes:
    django_request = request._request
    if int(django_request.META.get("CONTENT_LENGTH") or 0) > 5 * 1024 * 1024:
        raise RequestDataTooBig
    return django_request.body


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _check(value: Any, path: str, depth: int) -> None:
    if depth > DEEPEST:
        raise ParseError("The JSON is nested too deep.")
    if isinstance(value, str) and not is_clean(value):
        raise ParseError(f"{path or 'The document'} has control characters.")
    if isinstance(value, dict):
        _check_names(value, path)
        for name, inner in value.items():
            _check(inner, f"{path}/{name}", depth + 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _check(inner, f"{path}/{index}", depth + 1)


def _check_names(value: dict[str, Any], path: str) -> None:
    if not all(map(is_clean, value)):
        raise ParseError(f"A field's name in {path or 'the document'} has control characters.")
