"""Serializers and fields that take JSON at its word: no unknown names, no number for a string, nothing unbounded."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from notifcenter.api.problems.suggestions import did_you_mean
from notifcenter.api.problems.validation_errors import ERRORS_MAX
from notifcenter.content import is_clean

CONTROL = "Take the control characters and direction marks out."


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses unknown fields, so that a typing error is reported and not ignored."""

    unknown = "There is no such field."

    def validate_empty_values(self, data: object) -> tuple[bool, Any]:
        """Null where it is not allowed is no object, as a number is none."""
        return (False, data) if data is None and not self.allow_null else super().validate_empty_values(data)

    def to_internal_value(self, data: Any) -> Any:
        """The fields; each unknown one is an error at its own pointer, beside the others'."""
        if not isinstance(data, Mapping):
            raise ValidationError({"non_field_errors": [ErrorDetail("Give an object.", "type")]})
        errors: dict[str, Any] = self.mistakes_among(data) | self._unknown(data)
        value = None
        try:
            value = super().to_internal_value(data)
        except ValidationError as error:
            errors |= cast(dict[str, Any], error.detail)
        if errors:
            raise ValidationError(errors)
        return value

    def mistakes_among(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """DRF's nested errors for fields that do not go together, from the raw data; reported with all others."""
        return {}

    def _unknown(self, data: Mapping[str, Any]) -> dict[str, list[ErrorDetail]]:
        """An error for each name that is not known, ``ERRORS_MAX`` at most."""
        known = self.fields
        names = sorted(data.keys() - known.keys())[:ERRORS_MAX]
        return {name: [ErrorDetail(self.unknown + did_you_mean(name, known), "unknown")] for name in names}


class StrictCharField(serializers.CharField):
    """A JSON string without control characters: not a number."""

    default_error_messages = {"type": "Give a string.", "control": CONTROL}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("type")
        if not is_clean(data):
            self.fail("control")
        return super().to_internal_value(data)


class StrictIntegerField(serializers.IntegerField):
    """A JSON number without a fraction: not true, not "7"."""

    default_error_messages = {"type": "Give a whole number."}

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("type")
        return data


@extend_schema_field({"type": "number"})
class StrictNumberField(serializers.Field[float, Any, Any, Any]):
    """A JSON number."""

    default_error_messages = {"type": "Give a number."}

    def to_internal_value(self, data: Any) -> float:
        """The number as it came: Python's whole numbers may be longer than a float."""
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("type")
        return data

    def to_representation(self, value: float) -> float:
        return value


class StrictBooleanField(serializers.BooleanField):
    """true or false: not 1, not "yes"."""

    default_error_messages = {"type": "Give true or false."}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("type")
        return data


class StrictUUIDField(serializers.UUIDField):
    """An id as we write it: a JSON string, not a number."""

    default_error_messages = {"type": "Give an id as a string.", "invalid": "This is not an id of ours."}

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            self.fail("type")
        return super().to_internal_value(data)


class StrictChoiceField(serializers.ChoiceField):
    """One of a few strings; the error for a near miss names the probable one."""

    default_error_messages = {"type": "Give a string.", "invalid_choice": "Give one of: {choices}.{meant}"}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("type")
        if data not in self.choices:
            names = list(map(str, self.choices))
            self.fail("invalid_choice", choices=", ".join(names), meant=did_you_mean(data, names))
        return data


class StrictListField(serializers.ListField):
    """A list; one that is too long is refused before its entries are looked at."""

    default_error_messages = {"max_length": "Give {max_length} entries at most."}

    def __init__(self, *, max_length: int, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)

    def to_internal_value(self, data: Any) -> list[Any]:
        if isinstance(data, list) and self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().to_internal_value(data)


@extend_schema_field({"type": "object", "additionalProperties": True})
class JSONObjectField(serializers.Field[dict[str, Any], Any, Any, Any]):
    """Any JSON object whose strings are free of control characters."""

    default_error_messages = {"type": "Give an object."}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("type")
        if errors := _unclean(data):
            raise ValidationError(errors)
        return data

    def to_representation(self, value: Any) -> Any:
        return value


def _unclean(value: Any) -> Any:
    """DRF's nested errors for strings and names with control characters; empty: there are none."""
    if isinstance(value, str):
        return [] if is_clean(value) else [ErrorDetail(CONTROL, "invalid")]
    if isinstance(value, dict):
        named = {name: _unclean(inner) if is_clean(name) else _unclean(name) for name, inner in value.items()}
        return {name: errors for name, errors in named.items() if errors}
    if isinstance(value, list):
        return {index: errors for index, inner in enumerate(value) if (errors := _unclean(inner))}
    return []
