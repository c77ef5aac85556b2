"""The query of a call: parsed once into bounded values, by the serializers that OpenAPI shows."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from notifcenter.api.strict import StrictCharField, StrictSerializer
from notifcenter.plain_number import COLUMN_MAX, plain_number

PAGE_SIZE, PAGE_MAX = 50, 200


@dataclass(frozen=True)
class Cursor:
    """Where a page goes on: beyond ``mark``, ``backwards`` or on."""

    backwards: bool = False
    mark: int | None = None

    def opaque(self) -> str:
        """As links carry it."""
        plain = f"{'p' if self.backwards else 'n'}{self.mark}"
        return base64.urlsafe_b64encode(plain.encode()).rstrip(b"=").decode()


class DigitsField(serializers.IntegerField):
    """A number in plain digits, within its bounds."""

    default_error_messages = {"invalid": "Give a number from {least} to {most} in plain digits."}

    def __init__(self, *, min_value: int, max_value: int, **options: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **options)

    def to_internal_value(self, data: Any) -> int:
        number = plain_number(str(data))
        if number is None or not self.min_value <= number <= self.max_value:  # type: ignore[operator]
            self.fail("invalid", least=self.min_value, most=self.max_value)
        return number


@extend_schema_field({"type": "integer", "enum": [0, 1]})
class FlagField(serializers.Field[bool, Any, Any, Any]):
    """0 or 1."""

    default_error_messages = {"invalid": "Give 0 or 1."}

    def to_internal_value(self, data: Any) -> bool:
        if data not in ("0", "1"):
            self.fail("invalid")
        return data == "1"


@extend_schema_field({"type": "string", "maxLength": 100})
class CursorField(serializers.Field[Cursor, Any, Any, Any]):
    """An opaque cursor, as ``next`` and ``previous`` carry it."""

    default_error_messages = {"invalid": "This cursor is not one of ours: take it from next or previous."}
    _LONGEST = 100
    _MOST = COLUMN_MAX

    def to_internal_value(self, data: Any) -> Cursor:
        """The cursor; an empty one is the beginning."""
        if not data:
            return Cursor()
        try:
            plain = base64.urlsafe_b64decode(data[: self._LONGEST] + "=" * (-len(data) % 4)).decode("ascii")
        except (binascii.Error, ValueError):
            self.fail("invalid")
        mark = plain_number(plain[1:], self._MOST)
        if plain[:1] not in ("n", "p") or mark is None:
            self.fail("invalid")
        return Cursor(plain[0] == "p", mark)


class QuerySerializer(StrictSerializer):
    """A query without parameters; subclasses declare theirs."""

    unknown = "There is no such parameter."


class PageQuery(QuerySerializer):
    """The query of a list."""

    cursor = CursorField(required=False)
    limit = DigitsField(min_value=1, max_value=PAGE_MAX, required=False, default=PAGE_SIZE)


class TextField(StrictCharField):
    """A text to look for; what nobody has finds nothing."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=255, allow_blank=True, required=False, trim_whitespace=False, **options)
