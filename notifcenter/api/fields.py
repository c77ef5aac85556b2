"""The fields of a publication, checked strictly; every error names the field and what to mend."""

from copy import deepcopy
from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from notifcenter import content
from notifcenter.api.parsing import StrictCharField, StrictIntegerField, StrictSerializer
from notifcenter.models import Kind
from notifcenter.publishing.publish import Publication
from notifcenter.publishing.recipients import ALL

ENTITY_TYPES = ("contact", "lead", "company")
NO_DETAILS = {"kind", "text", "header", "recipients", "widget_code"}


class LinkField(StrictCharField):
    """A link to http, https, tel, mailto or a path of this site."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=content.LINK_MAX, **options)

    def to_internal_value(self, data: Any) -> str:
        """The link."""
        value = super().to_internal_value(data)
        if not content.is_safe_link(value):
            raise serializers.ValidationError("Give an http, https, tel or mailto link, or a path that begins with /.")
        return value


class ImageField(LinkField):
    """The address of an image."""

    def to_internal_value(self, data: Any) -> str:
        """The address."""
        value = super().to_internal_value(data)
        if not content.is_safe_image(value):
            raise serializers.ValidationError("Give an http or https address, or a path that begins with /.")
        return value


class LineField(StrictCharField):
    """Plain text on one line."""

    def to_internal_value(self, data: Any) -> str:
        """The line."""
        value = super().to_internal_value(data)
        if "\n" in value or "\r" in value:
            raise serializers.ValidationError("This is one line: take the line breaks out.")
        return value


@extend_schema_field({"oneOf": [{"type": "number"}, {"type": "string"}]})
class DateField(serializers.Field[int, Any, Any, Any]):
    """Unix seconds, milliseconds or ISO 8601; kept in Unix seconds, shown only."""

    def to_internal_value(self, data: Any) -> int:
        """Unix seconds."""
        try:
            return content.as_unix_seconds(data)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None

    def to_representation(self, value: int) -> int:
        """Unix seconds."""
        return value


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string"}]})
class EntityIdField(serializers.Field[int | str, Any, Any, Any]):
    """An id of the host application: a number or a short string."""

    def to_internal_value(self, data: Any) -> int | str:
        """The id as it came."""
        if isinstance(data, bool) or not isinstance(data, int | str) or not 1 <= len(str(data)) <= 64:
            raise serializers.ValidationError("Give a number or a string of 1 to 64 characters.")
        if isinstance(data, str) and not data.replace("-", "").replace("_", "").isalnum():
            raise serializers.ValidationError("Use letters, digits, '-' and '_' only.")
        return data

    def to_representation(self, value: int | str) -> int | str:
        """The id."""
        return value


class ElementFields(StrictSerializer):
    """The contact, lead or company it is about."""

    id = EntityIdField()
    type = serializers.ChoiceField(ENTITY_TYPES)
    name = LineField(max_length=255, required=False, allow_blank=True, default="")


class ContentFields(StrictSerializer):
    """What all kinds have in common."""

    text = StrictCharField(max_length=content.TEXT_MAX)
    header = LineField(max_length=content.HEADER_MAX, required=False, allow_blank=True)
    date = DateField(required=False)
    link = LinkField(required=False)


class ErrorFields(ContentFields):
    """``kind: error``; ``link`` is where a click leads."""


class LinkedFields(ContentFields):
    """What may lead to a contact, lead or company."""

    element = ElementFields(required=False)
    click_link = LinkField(required=False)


class MessageFields(LinkedFields):
    """``kind: message``."""

    icon = ImageField(required=False)


class CallFields(LinkedFields):
    """``kind: call``; ``link`` is the recording, ``duration`` in seconds."""

    to = LineField(max_length=255, required=False, allow_blank=True)
    duration = StrictIntegerField(min_value=0, max_value=10_000_000, required=False)

    def get_fields(self) -> dict[str, Any]:
        """With ``from``, which Python keeps for itself."""
        return super().get_fields() | {"from": LineField(max_length=255, required=False, allow_blank=True)}


FIELDS: dict[str, type[ContentFields]] = {
    Kind.CALL.value: CallFields,
    Kind.ERROR.value: ErrorFields,
    Kind.MESSAGE.value: MessageFields,
}


@extend_schema_field(
    {
        "oneOf": [
            {"type": "array", "minItems": 1, "items": {"oneOf": [{"type": "integer"}, {"type": "string"}]}},
            {"type": "string", "enum": [ALL]},
        ]
    }
)
class RecipientsField(serializers.Field[Any, Any, Any, Any]):
    """A list of ids, usernames and ``group:NAME``, or ``"all"``."""

    def to_internal_value(self, data: Any) -> list[int | str] | str:
        """As it came, its types checked; whether they exist is asked later, for a whole batch at once."""
        if data == ALL:
            return ALL
        if not isinstance(data, list):
            raise serializers.ValidationError('Give a list of ids and usernames, or "all".')
        if not data:
            raise serializers.ValidationError("Name at least one recipient.")
        wrong = {i: ["Give an id or a username."] for i, name in enumerate(data) if not _names_somebody(name)}
        if wrong:
            raise serializers.ValidationError(wrong)  # type: ignore[arg-type]
        return data

    def to_representation(self, value: Any) -> Any:
        """As it came."""
        return value


def fields_of(**more: serializers.Field[Any, Any, Any, Any]) -> dict[str, ContentFields]:
    """The fields of each kind, with the ``more`` fields of this call. To be made once: they keep nothing of what they
    check, and making them takes longer than checking."""
    kinds = {kind: fields() for kind, fields in FIELDS.items()}
    for fields in kinds.values():
        fields.fields["kind"] = StrictCharField()
        for name, field in more.items():
            fields.fields[name] = deepcopy(field)
    return kinds


def checked(document: Any, kinds: dict[str, ContentFields]) -> dict[str, Any]:
    """The valid content of a document, by the ``fields_of`` its kind; raises ValidationError."""
    if not isinstance(document, dict):
        raise serializers.ValidationError({"non_field_errors": ["Give an object."]})
    kind = document.get("kind")
    if not isinstance(kind, str) or kind not in FIELDS:
        raise serializers.ValidationError({"kind": ["Give call, error or message."]})
    valid: dict[str, Any] = kinds[kind].run_validation(document)
    return valid


def publication_schema(name: str, **more: serializers.Field[Any, Any, Any, Any]) -> PolymorphicProxySerializer:
    """How OpenAPI names a publication of any kind, with the ``more`` fields of this call."""
    kinds: dict[str, Any] = {
        kind: type(f"{kind.title()}{name}", (fields,), more | {"kind": _constant(kind)})
        for kind, fields in FIELDS.items()
    }
    return PolymorphicProxySerializer(name, kinds, "kind")


def publication(valid: dict[str, Any], provider: Any, people: dict[int, bool]) -> Publication:
    """What the checked fields say; ``details`` is what goes beside header and text."""
    details = {name: value for name, value in valid.items() if name not in NO_DETAILS}
    return Publication(provider, valid["kind"], valid["text"], people, valid.get("header", ""), details)


def _constant(value: str) -> serializers.Field[Any, Any, Any, Any]:
    schema = extend_schema_field({"type": "string", "const": value})
    return schema(type(f"{value.title()}Kind", (StrictCharField,), {}))()


def _names_somebody(name: Any) -> bool:
    return isinstance(name, int | str) and not isinstance(name, bool) and name != "" and name != ALL
