"""From a body's bytes to checked fields: msgspec reads the JSON and its types, the serializers' fields check the rest.

The types are made from the fields. They only admit values that Python's own JSON parser would give, too.
"""

from collections.abc import Callable, Mapping
from functools import reduce
from operator import or_
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import empty

from notifcenter.api.fields import DateField, EntityIdField, RecipientsField
from notifcenter.api.life_fields import FoldKeyField
from notifcenter.api.strict import (
    StrictBooleanField,
    StrictCharField,
    StrictChoiceField,
    StrictIntegerField,
    StrictSerializer,
)

AnyField = serializers.Field[Any, Any, Any, Any]
Checked = tuple[Any, Any]
"""A value as it was given, and as it is stored."""

TYPES: dict[type[AnyField], Any] = {
    StrictCharField: str,
    StrictChoiceField: str,
    StrictIntegerField: int,
    StrictBooleanField: bool,
    EntityIdField: int | str,
    DateField: int | str,
    RecipientsField: list[int | str] | str,
    FoldKeyField: str | bool,
}
"""What is read for a field of these classes, or of one made from them; bodies that give other fields are not read."""


class NotPlain(Exception):
    """This body is for DRF's view: it may be right or wrong."""


class Decoder:
    """Reads documents of several kinds, each with its serializer; the field ``kind_field`` names the kind.

    A kind that has no ``Shape`` is never read.
    """

    def __init__(self, kinds: Mapping[str, StrictSerializer], kind_field: str) -> None:
        self._shapes = {
            shape.struct: shape
            for kind, serializer in kinds.items()
            if (shape := Shape.of(serializer, tag_field=kind_field, tag=kind))
        }
        self._decode = msgspec.json.Decoder(reduce(or_, self._shapes)).decode if self._shapes else None

    def decode(self, body: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
        """The document as it was given, and its checked fields as the serializer gives them; raises NotPlain."""
        if self._decode is None:
            raise NotPlain
        try:
            document = self._decode(body)
            return self._shapes[type(document)].checked(document)
        except (msgspec.MsgspecError, UnicodeDecodeError, ValidationError) as error:
            raise NotPlain from error


class Shape:
    """A serializer's fields as a type of msgspec: ``struct``."""

    def __init__(self, serializer: StrictSerializer, known: Mapping[str, "_Reader"], **tag: str) -> None:
        self._serializer, self._readers = serializer, known
        self._defaults = {name: field for name, field in serializer.fields.items() if field.default is not empty}
        members = [_member(name, known[name].type, required=serializer.fields[name].required) for name in known]
        options: dict[str, Any] = {"kw_only": True, "forbid_unknown_fields": True, **tag}
        self.struct: Any = msgspec.defstruct(type(serializer).__name__, members, **options)
        self._kind = {tag["tag_field"]: tag["tag"]} if tag else {}

    @classmethod
    def of(cls, serializer: AnyField, **tag: str) -> "Shape | None":
        """The shape of a serializer that validates as StrictSerializer does, if all that it requires is known."""
        if not isinstance(serializer, StrictSerializer) or not _is_usual(serializer):
            return None
        fields = {name: field for name, field in serializer.fields.items() if name != tag.get("tag_field")}
        known = {name: reader for name, field in fields.items() if (reader := _reader(serializer, name, field))}
        if any(field.required for name, field in fields.items() if name not in known):
            return None
        return cls(serializer, known, **tag)

    def checked(self, document: object) -> tuple[dict[str, Any], dict[str, Any]]:
        """The document as it was given and as it is stored; raises ValidationError."""
        given, valid = dict(self._kind), dict(self._kind)
        for name, field in self._serializer.fields.items():
            value = getattr(document, name, UNSET)
            if value is not UNSET:
                given[name], valid[name] = self._readers[name].check(value)
            elif name in self._defaults:
                valid[name] = field.run_validation(empty)
        if mistakes := self._serializer.mistakes_among(given):
            raise ValidationError(mistakes)
        return given, self._serializer.validate(valid)


class _Reader:
    """What msgspec reads for a field, and how the value is checked."""

    def __init__(self, kind: type, check: Callable[[Any], Checked]) -> None:
        self.type, self.check = kind, check


def _is_usual(serializer: StrictSerializer) -> bool:
    """Whether it validates as StrictSerializer does, but for ``mistakes_among`` and ``validate``."""
    usual = all(
        getattr(type(serializer), name) is getattr(StrictSerializer, name)
        for name in ("run_validation", "to_internal_value", "set_value", "_unknown")
    )
    return usual and not serializer.validators


def _reader(serializer: StrictSerializer, name: str, field: AnyField) -> _Reader | None:
    """How a field is read; None for one of a class that is not known, or with more than its own check."""
    if field.source != name or field.read_only or hasattr(serializer, f"validate_{name}"):
        return None
    if shape := Shape.of(field):
        return _Reader(shape.struct, shape.checked)
    kind = next((TYPES[cls] for cls in type(field).__mro__ if cls in TYPES), None)
    return kind and _Reader(kind, lambda value: (value, field.run_validation(value)))


def _member(name: str, kind: type, *, required: bool) -> tuple[Any, ...]:
    return (name, kind) if required else (name, kind | UnsetType, UNSET)
