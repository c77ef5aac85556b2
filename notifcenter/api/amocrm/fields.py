"""The fields of amoCRM's addresses: lenient in what they take, as widgets in the wild need."""

import html
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from notifcenter import content
from notifcenter.api.inbox.selection import SELECTION_MAX
from notifcenter.api.strict import StrictListField
from notifcenter.plain_number import plain_number
from notifcenter.publishing.recipients import RECIPIENTS_MAX

PHONE_MAX, ID_MAX = 64, 64
_USER = {"oneOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": r"^(0|[1-9]\d{0,18})$"}]}
_ITEM = {"oneOf": [{"type": "string", "maxLength": ID_MAX}, {"type": "integer"}]}


@extend_schema_field({"oneOf": [{"type": "string", "minLength": 1}, {"type": "number"}]})
class PhoneField(serializers.CharField):
    """A number as it is dialled or shown: a string or a number, on one line and without invisible marks."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=PHONE_MAX, **options)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """The number, validated as it will be shown."""
        return super().run_validation(_on_one_line(data[:1000]) if isinstance(data, str) else data)

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if content.is_blank(html.escape(value)):
            self.fail("blank")
        return value


class UserIdField(serializers.Field[int, Any, Any, Any]):
    """A user's id: a number, or its plain digits."""

    default_error_messages = {"invalid": "Give the id of a user."}

    def to_internal_value(self, data: Any) -> int:
        plain = isinstance(data, int | str) and not isinstance(data, bool)
        number = plain_number(str(data)) if plain else None
        if number is None:
            self.fail("invalid")
        return number

    def to_representation(self, value: int) -> int:
        return value


@extend_schema_field({"oneOf": [{"type": "array", "minItems": 1, "maxItems": RECIPIENTS_MAX, "items": _USER}, _USER]})
class UsersField(serializers.Field[list[int] | int, Any, Any, Any]):
    """The ids of a list of users, or of one."""

    def __init__(self) -> None:
        super().__init__(required=False)
        self._one = UserIdField()
        self._list = StrictListField(child=UserIdField(), max_length=RECIPIENTS_MAX, allow_empty=False)

    def to_internal_value(self, data: Any) -> Any:
        """The ids: a list for a list, a number for one."""
        return (self._one if isinstance(data, int | str) else self._list).run_validation(data)

    def to_representation(self, value: list[int] | int) -> list[int] | int:
        return value


@extend_schema_field({"oneOf": [{"type": "array", "maxItems": SELECTION_MAX, "items": _ITEM}, _ITEM]})
class ItemsField(StrictListField):
    """The ids of a list of items, or of one."""

    def __init__(self) -> None:
        super().__init__(child=serializers.CharField(max_length=ID_MAX), max_length=SELECTION_MAX, required=False)

    def to_internal_value(self, data: Any) -> list[Any]:
        return super().to_internal_value([data] if isinstance(data, int | str) else data)


def _on_one_line(text: str) -> str:
    return " ".join(content.without_marks(text).split())
