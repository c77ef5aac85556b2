"""The fields of a publication: the one definition that validation, OpenAPI and the clients' types are made from."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, cast

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from notifcenter import content
from notifcenter.api.actions.fields import ActionsField
from notifcenter.api.fields import DateField, EntityIdField, HtmlField, ImageField, LineField, LinkField
from notifcenter.api.life_fields import FoldKeyField, FutureField, HttpsImageField, LaterField
from notifcenter.api.problems.suggestions import did_you_mean
from notifcenter.api.strict import (
    StrictBooleanField,
    StrictCharField,
    StrictChoiceField,
    StrictIntegerField,
    StrictSerializer,
)
from notifcenter.models import PRIORITIES, Kind, Priority, Provider
from notifcenter.publishing import categories, recipients
from notifcenter.publishing.publication import Publication

ENTITY_TYPES = ("contact", "lead", "company")
NO_DETAILS = {"kind", "text", "header", "recipients", "widget_code", "renew", "fold_key", "send_at", "expires_at"}
LIFE = ("key", "renew", "fold_key", "send_at", "expires_at")
KIND = "kind"
DURATION_MAX = 10_000_000


class ElementSerializer(StrictSerializer):
    """The contact, lead or company it is about."""

    id = EntityIdField()
    type = StrictChoiceField(ENTITY_TYPES)
    name = LineField(max_length=255, required=False, allow_blank=True, default="")


class ContentSerializer(StrictSerializer):
    """What all kinds have in common; ``send_at`` and ``expires_at`` are Unix seconds."""

    text = HtmlField()
    header = LineField(max_length=content.HEADER_MAX, required=False, allow_blank=True)
    date = DateField(required=False)
    link = LinkField(required=False)
    priority = StrictChoiceField(tuple(PRIORITIES), required=False)
    category = LineField(max_length=content.HEADER_MAX, required=False)
    key = LineField(max_length=content.HEADER_MAX, required=False)
    renew = StrictBooleanField(required=False)
    fold_key = FoldKeyField(required=False)
    send_at = LaterField(required=False)
    expires_at = FutureField(required=False)
    read_on_show = StrictBooleanField(required=False)
    image = HttpsImageField(required=False)
    actions = ActionsField(required=False)

    def mistakes_among(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """``renew`` goes with ``key``, without which there must be recipients; nothing expires before it is sent."""
        errors: dict[str, Any] = {}
        if "recipients" in self.fields and not {"key", "recipients"} & data.keys():
            errors["recipients"] = [ErrorDetail(str(self.fields["recipients"].error_messages["required"]), "required")]
        if data.get("renew") is True and "key" not in data:
            errors["renew"] = [ErrorDetail('It goes with "key".', "invalid")]
        if _is_before(data.get("expires_at"), data.get("send_at")):
            errors["expires_at"] = [ErrorDetail('It must come after "send_at".', "invalid")]
        return errors


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
    duration = StrictIntegerField(min_value=0, max_value=DURATION_MAX, required=False)

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

    Made once: it has no state, and making it takes longer than validating. ``kinds``: the serializer of each kind.
    """

    def __init__(self, name: str, **more: serializers.Field[Any, Any, Any, Any]) -> None:
        self._name, self._more = name, more
        self.kinds = {kind: self._serializer(serializer()) for kind, serializer in SERIALIZERS.items()}
        self._any_kind = self._serializer(CallSerializer())
        self._any_kind.fields[KIND] = StrictChoiceField(tuple(SERIALIZERS))
        self._any_kind.fields["icon"] = ImageField(required=False)

    def validated(self, document: object, provider: Provider) -> dict[str, Any]:
        """The valid content of what this provider publishes; raises ValidationError with all its mistakes."""
        kind = document.get(KIND) if isinstance(document, dict) else None
        serializer = self.kinds.get(kind, self._any_kind) if isinstance(kind, str) else self._any_kind
        valid: dict[str, Any] = {}
        errors = unknown_category(document, provider)
        try:
            valid = serializer.run_validation(document)
        except ValidationError as error:
            errors |= cast(dict[str, Any], error.detail)
        if errors:
            raise ValidationError(errors)
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


def publication(
    valid: dict[str, Any],
    provider: Provider,
    people: dict[int, bool],
    *,
    named: recipients.Named | None = None,
    owner: int = 0,
) -> Publication:
    """What the checked fields publish; ``details`` is what goes beside header and text.

    ``named``: the recipients as written; ``owner``: the user who publishes it to themselves.
    """
    details = {name: value for name, value in valid.items() if name not in NO_DETAILS}
    life = {name: valid[name] for name in LIFE if name in valid}
    content = valid["kind"], valid["text"], people, valid.get("header", ""), details
    return Publication(provider, *content, named=named, owner=owner, **life)


def is_critical(valid: dict[str, Any]) -> bool:
    """Whether it is to pass quiet hours, pauses and mutes."""
    return valid.get("priority") == Priority.CRITICAL.code


def unknown_recipients(wrong: dict[int, str]) -> dict[str, Any]:
    """DRF's nested errors for recipients that are nobody, by their index."""
    return {str(index): [ErrorDetail(why, "not_found")] for index, why in wrong.items()}


def checked(
    validated: Callable[[Any], dict[str, Any]],
    document: object,
    resolve: Callable[[recipients.Named], dict[int, bool]] = recipients.resolve,
) -> tuple[dict[str, Any], dict[int, bool]]:
    """The fields of a document by ``validated``, and the people whom its ``recipients`` name.

    Raises ValidationError with every mistake: of the fields, and of recipients that are nobody. With a ``key`` the
    recipients may be left out; whether something stands under it is seen when it is published.
    """
    errors: dict[str, Any] = {}
    fields, people = {}, {}
    try:
        fields = validated(document)
    except ValidationError as error:
        errors = cast(dict[str, Any], error.detail)
    if isinstance(document, dict) and "recipients" in document and "recipients" not in errors:
        try:
            people = resolve(document["recipients"])
        except recipients.Unknown as error:
            errors = errors | {"recipients": unknown_recipients(error.wrong)}
    if errors:
        raise ValidationError(errors)
    return fields, people


def _is_before(first: object, second: object) -> bool:
    """Of two numbers."""
    return isinstance(first, int | float) and isinstance(second, int | float) and first <= second


def unknown_category(document: object, provider: Provider) -> dict[str, Any]:
    """DRF's nested errors for a category that the provider's manifest does not declare."""
    given = document.get("category") if isinstance(document, dict) else None
    known = categories.codes(provider) if given else []
    if not isinstance(given, str) or not given or given in known:
        return {}
    there_are = f"Give one of: {', '.join(known)}." if known else "The manifest declares no category."
    return {"category": [ErrorDetail(there_are + did_you_mean(given, known), "choice")]}


def _constant(value: str) -> serializers.Field[Any, Any, Any, Any]:
    schema = extend_schema_field({"type": "string", "const": value})
    return schema(type(f"{value.title()}Kind", (StrictCharField,), {}))()
