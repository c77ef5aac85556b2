"""The fields of a publication: the one definition that validation, OpenAPI and the clients' types are made from."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, cast

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from notifcenter import content
from notifcenter.api.fields import DateField, EntityIdField, HtmlField, ImageField, LineField, LinkField
from notifcenter.api.strict import StrictCharField, StrictChoiceField, StrictIntegerField, StrictSerializer
from notifcenter.models import Kind
from notifcenter.publishing import recipients
from notifcenter.publishing.publish import Publication

ENTITY_TYPES = ("contact", "lead", "company")
NO_DETAILS = {"kind", "text", "header", "recipients", "widget_code"}
KIND = "kind"


class ElementSerializer(StrictSerializer):
    """The contact, lead or company it is about."""

    id = EntityIdField()
    type = StrictChoiceField(ENTITY_TYPES)
    name = LineField(max_length=255, required=False, allow_blank=True, default="")


class ContentSerializer(StrictSerializer):
    """What all kinds have in common."""

    text = HtmlField()
    header = LineField(max_length=content.HEADER_MAX, required=False, allow_blank=True)
    date = DateField(required=False)
    link = LinkField(required=False)


class ErrorSerializer(ContentSerializer):
    """``kind: error``; ``link`` is where a click leads."""


class LinkedSerializer(ContentSerializer):
    """What may lead to a contact, lead or company."""

    element = ElementSerializer(required=False)
    click_link = LinkField(required=False)


class MessageSerializer(LinkedSerializer):
    """``kind: message``."""

    icon = ImageField(required=False)


class CallSerializer(LinkedSerializer):
    """``kind: call``; ``link`` is the recording, ``duration`` in seconds."""

    to = LineField(max_length=255, required=False, allow_blank=True)
    duration = StrictIntegerField(min_value=0, max_value=10_000_000, required=False)

    def get_fields(self) -> dict[str, Any]:
        """With ``from``, a reserved word of Python."""
        return super().get_fields() | {"from": LineField(max_length=255, required=False, allow_blank=True)}


SERIALIZERS: dict[str, type[ContentSerializer]] = {
    Kind.CALL.value: CallSerializer,
    Kind.ERROR.value: ErrorSerializer,
    Kind.MESSAGE.value: MessageSerializer,
}


class PublicationForm:
    """What a call that publishes takes: the fields of each kind, and ``more`` that only this call has.

    Made once: it has no state, and making it takes longer than validating.
    """

    def __init__(self, name: str, **more: serializers.Field[Any, Any, Any, Any]) -> None:
        self._name, self._more = name, more
        self._kinds = {kind: self._serializer(serializer()) for kind, serializer in SERIALIZERS.items()}
        self._any_kind = self._serializer(CallSerializer())
        self._any_kind.fields[KIND] = StrictChoiceField(tuple(SERIALIZERS))
        self._any_kind.fields["icon"] = ImageField(required=False)

    def validated(self, document: Any) -> dict[str, Any]:
        """The valid content of a document; raises ValidationError with all its mistakes."""
        kind = document.get(KIND) if isinstance(document, dict) else None
        serializer = self._kinds.get(kind, self._any_kind) if isinstance(kind, str) else self._any_kind
        valid: dict[str, Any] = serializer.run_validation(document)
        return valid

    def schema(self, *, many: bool = False) -> PolymorphicProxySerializer:
        """How OpenAPI names a publication of any kind, or a list of them."""
        kinds: dict[str, Any] = {
            kind: type(f"{kind.title()}{self._name}", (serializer,), self._more | {KIND: _constant(kind)})
            for kind, serializer in SERIALIZERS.items()
        }
        names = {"component_name": self._name, "resource_type_field_name": KIND}
        return PolymorphicProxySerializer(serializers=kinds, many=many, **names)

    def _serializer(self, serializer: ContentSerializer) -> ContentSerializer:
        serializer.fields[KIND] = StrictCharField()
        for name, field in self._more.items():
            serializer.fields[name] = deepcopy(field)
        return serializer


def publication(valid: dict[str, Any], provider: Any, people: dict[int, bool]) -> Publication:
    """What the checked fields publish; ``details`` is what goes beside header and text."""
    details = {name: value for name, value in valid.items() if name not in NO_DETAILS}
    return Publication(provider, valid["kind"], valid["text"], people, valid.get("header", ""), details)


def unknown_recipients(wrong: dict[int, str]) -> dict[str, Any]:
    """DRF's nested errors for recipients that are nobody, by their index."""
    return {str(index): [ErrorDetail(why, "not_found")] for index, why in wrong.items()}


def checked(
    validated: Callable[[Any], dict[str, Any]],
    document: Any,
    resolve: Callable[[recipients.Named], dict[int, bool]] = recipients.resolve,
) -> tuple[dict[str, Any], dict[int, bool]]:
    """The fields of a document by ``validated``, and the people whom its ``recipients`` name.

    Raises ValidationError with every mistake: of the fields, and of recipients that are nobody.
    """
    errors: dict[str, Any] = {}
    fields, people = {}, {}
    try:
        fields = validated(document)
    except ValidationError as error:
        errors = cast(dict[str, Any], error.detail)
    if isinstance(document, dict) and "recipients" not in errors:
        try:
            people = resolve(document["recipients"])
        except recipients.Unknown as error:
            errors = errors | {"recipients": unknown_recipients(error.wrong)}
    if errors:
        raise ValidationError(errors)
    return fields, people


def _constant(value: str) -> serializers.Field[Any, Any, Any, Any]:
    schema = extend_schema_field({"type": "string", "const": value})
    return schema(type(f"{value.title()}Kind", (StrictCharField,), {}))()
