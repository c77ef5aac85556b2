"""The fields that several calls share, checked strictly; every error says what to mend."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from notifcenter import content
from notifcenter.api.problems.validation_errors import ERRORS_MAX
from notifcenter.api.strict import StrictCharField
from notifcenter.publishing.recipients import ALL, RECIPIENTS_MAX

NAME_MAX = 255


class LinkField(StrictCharField):
    """A link to http, https, tel, mailto or a path of this site."""

    default_error_messages = {
        "unsafe": "Give an http, https, tel or mailto link, or a path that begins with /.",
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=content.LINK_MAX, **options)

    def to_internal_value(self, data: object) -> str:
        value = super().to_internal_value(data)
        if not self.is_safe(value):
            self.fail("unsafe")
        return value

    def is_safe(self, value: str) -> bool:
        """Whether it leads where it may."""
        return not value or content.is_safe_link(value)


class ImageField(LinkField):
    """The address of an image."""

    default_error_messages = {"unsafe": "Give an http or https address, or a path that begins with /."}

    def is_safe(self, value: str) -> bool:
        """Whether it leads where it may."""
        return not value or content.is_safe_image(value)


class _TextField(StrictCharField):
    """Text, most of which is plain: that is found out at once, and passes as it is."""

    def __init__(self, *, max_length: int, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)
        self._plain_max = -1 if options.keys() & {"validators", "min_length"} else max_length

    def run_validation(self, data: object = serializers.empty) -> object:
        """The text as it is stored."""
        if isinstance(data, str) and len(data) <= self._plain_max and self.is_plain(data):
            return data
        return super().run_validation(data)

    def is_plain(self, value: str) -> bool:
        """Whether all rules but that of the length leave it as it is."""
        raise NotImplementedError


class LineField(_TextField):
    """Plain text on one line; invisible marks are taken out."""

    default_error_messages = {"lines": "This is one line: take the line breaks out."}

    def run_validation(self, data: object = serializers.empty) -> object:
        """The line, validated as it will be shown."""
        return super().run_validation(content.without_marks_around(data) if isinstance(data, str) else data)

    def is_plain(self, value: str) -> bool:
        return content.is_plain_line(value)

    def to_internal_value(self, data: object) -> str:
        value = super().to_internal_value(data)
        if "\n" in value or "\r" in value:
            self.fail("lines")
        return value


class HtmlField(_TextField):
    """Simple HTML that shows something."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=content.TEXT_MAX, **options)

    def is_plain(self, value: str) -> bool:
        return content.is_plain_html(value)

    def to_internal_value(self, data: object) -> str:
        """The safe HTML."""
        value = super().to_internal_value(data)
        if content.is_blank(value[: content.TEXT_MAX]):
            self.fail("blank")
        return content.safe_html(value) if len(value) <= content.TEXT_MAX else value


@extend_schema_field({"oneOf": [{"type": "number"}, {"type": "string", "maxLength": 64}]})
class DateField(serializers.Field[int, Any, Any, Any]):
    """Unix seconds, milliseconds or ISO 8601; stored as Unix seconds, only shown."""

    def to_internal_value(self, data: Any) -> int:
        try:
            return content.as_unix_seconds(data)
        except ValueError as error:
            known = isinstance(data, int | float | str) and not isinstance(data, bool)
            raise ValidationError(str(error), "invalid" if known else "type") from None

    def to_representation(self, value: int) -> int:
        return value


@extend_schema_field(
    {"oneOf": [{"type": "integer"}, {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[\\w-]+$"}]}
)
class EntityIdField(serializers.Field[int | str, Any, Any, Any]):
    """An id of the host application: a number or a short string."""

    default_error_messages = {
        "type": "Give a number or a string.",
        "invalid": "Give a number, or 1 to 64 letters, digits, '-' and '_'.",
    }

    def to_internal_value(self, data: Any) -> int | str:
        if isinstance(data, bool) or not isinstance(data, int | str):
            self.fail("type")
        if isinstance(data, int):
            return data if abs(data) < 2**63 else self.fail("invalid")
        if not 1 <= len(data) <= 64 or not data.replace("-", "").replace("_", "").isalnum():
            self.fail("invalid")
        return data

    def to_representation(self, value: int | str) -> int | str:
        return value


@extend_schema_field(
    {
        "oneOf": [
            {
                "type": "array",
                "minItems": 1,
                "maxItems": RECIPIENTS_MAX,
                "items": {"oneOf": [{"type": "integer"}, {"type": "string", "minLength": 1, "maxLength": NAME_MAX}]},
            },
            {"type": "string", "enum": [ALL]},
        ]
    }
)
class RecipientsField(serializers.Field[Any, Any, Any, Any]):
    """A list of ids, usernames and ``group:NAME``, or ``"all"``."""

    default_error_messages = {
        "type": 'Give a list of ids and usernames, or "all".',
        "empty": "Name at least one recipient.",
        "too_long": f'Name {RECIPIENTS_MAX} recipients at most; a group or "all" may have more.',
    }

    def to_internal_value(self, data: Any) -> list[int | str] | str:
        """As it came, its types checked; whether they exist is looked up later, for a whole batch at once."""
        if data == ALL:
            return ALL
        if not isinstance(data, list):
            self.fail("type")
        if not data:
            self.fail("empty")
        if len(data) > RECIPIENTS_MAX:
            self.fail("too_long")
        wrong = [(index, error) for index, name in enumerate(data) if (error := _mistake_in(name))]
        if wrong:
            raise ValidationError({str(index): [error] for index, error in wrong[:ERRORS_MAX]})
        return data

    def to_representation(self, value: Any) -> Any:
        return value


def _mistake_in(name: object) -> ErrorDetail | None:
    if isinstance(name, bool) or not isinstance(name, int | str):
        return ErrorDetail("Give an id or a username.", "type")
    if isinstance(name, int):
        return None
    if name in ("", ALL):
        return ErrorDetail('Give an id or a username; "all" stands alone, not in a list.', "invalid")
    if len(name) > NAME_MAX:
        return ErrorDetail(f"A name has {NAME_MAX} characters at most.", "too_long")
    return (
        None
        if content.is_clean(name)
        else ErrorDetail("Take the control characters and direction marks out.", "invalid")
    )
