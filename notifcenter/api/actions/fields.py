"""The actions of a publication: buttons that lead somewhere, or that are pressed and told to the provider."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from notifcenter.api.fields import LineField, LinkField
from notifcenter.api.strict import StrictBooleanField, StrictCharField, StrictChoiceField, StrictSerializer
from notifcenter.models import ACTION_ID_MAX

ACTIONS_MAX, TITLE_MAX = 3, 40
STYLES = ("primary", "default", "danger")


class ActionIdField(StrictCharField):
    """``[a-z0-9_-]{1,32}``."""

    default_error_messages = {"characters": "Use small letters of English, digits, '_' and '-'."}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=ACTION_ID_MAX, trim_whitespace=False, **options)

    def to_internal_value(self, data: object) -> str:
        """The id."""
        value = super().to_internal_value(data)
        if not value.isascii() or value != value.lower() or not value.replace("-", "").replace("_", "0").isalnum():
            self.fail("characters")
        return value


class ActionSerializer(StrictSerializer):
    """An action: with ``url`` a link; ``exclusive``: the first one has it; ``closes``: it is done for who pressed."""

    id = ActionIdField()
    title = LineField(max_length=TITLE_MAX)
    style = StrictChoiceField(STYLES, required=False, default="default")  # type: ignore[assignment]
    url = LinkField(required=False)
    exclusive = StrictBooleanField(required=False, default=False)
    closes = StrictBooleanField(required=False, default=False)

    def mistakes_among(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """A link is neither exclusive, nor does it close: nobody learns that it was opened."""
        names = [name for name in ("exclusive", "closes") if data.get("url") and data.get(name) is True]
        return {name: [ErrorDetail('It does not go with "url".', "invalid")] for name in names}


@extend_schema_field(ActionSerializer(many=True))
class ActionsField(serializers.Field[list[dict[str, Any]], Any, Any, Any]):
    """Up to three actions, each with an id of its own."""

    default_error_messages = {
        "type": "Give a list of actions.",
        "too_long": f"Give {ACTIONS_MAX} actions at most.",
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._action = ActionSerializer()

    def to_internal_value(self, data: object) -> list[dict[str, Any]]:
        """Each with all its members but ``url``, which only links have."""
        if not isinstance(data, list):
            self.fail("type")
        if len(data) > ACTIONS_MAX:
            self.fail("too_long")
        actions, errors = [], {}
        for index, given in enumerate(data):
            try:
                actions.append(dict(self._action.run_validation(given)))
            except ValidationError as error:
                errors[str(index)] = error.detail
        errors |= _doubles(data, errors)
        if errors:
            raise ValidationError(errors)
        return actions

    def to_representation(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return value


def _doubles(data: list[Any], errors: Mapping[str, Any]) -> dict[str, Any]:
    ids = [one.get("id") if isinstance(one, dict) else None for one in data]
    return {
        str(index): {"id": [ErrorDetail("Another action has this id.", "invalid")]}
        for index, pk in enumerate(ids)
        if str(index) not in errors and pk in ids[:index]
    }
