"""The part of the preferences that says how one's pages look."""

from typing import Any
from urllib.parse import parse_qsl

from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.serializers import Field

from accounts.page_settings import Corner, Density
from notifcenter.api.inbox.filter_query import FilterQuery
from notifcenter.api.problems.suggestions import did_you_mean
from notifcenter.api.strict import (
    JSONObjectField,
    StrictBooleanField,
    StrictCharField,
    StrictChoiceField,
    StrictListField,
    StrictSerializer,
)

VIEWS_MAX, QUERY_MAX = 50, 1000


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "object", "additionalProperties": True}]})
class SavedQueryField(Field[Any, Any, Any, Any]):
    """The query of ``GET inbox/`` without cursor and limit: as in an address, or as an object."""

    default_error_messages = {
        "type": "Give a query as in an address, or an object.",
        "too_long": f"Give {QUERY_MAX} characters at most.",
    }

    def to_internal_value(self, data: object) -> object:
        """As it was given; only the names are checked, since what they filter by may come and go."""
        if not isinstance(data, str | dict):
            self.fail("type")
        if len(str(data)) > QUERY_MAX:
            self.fail("too_long")
        field = StrictCharField(allow_blank=True) if isinstance(data, str) else JSONObjectField()
        valid = field.run_validation(data)
        names = data if isinstance(data, dict) else dict(parse_qsl(data.removeprefix("?"), keep_blank_values=True))
        self._check_names(names)
        return valid

    def to_representation(self, value: object) -> object:
        return value

    def _check_names(self, names: dict[str, Any]) -> None:
        """Raises ValidationError for what is no filter."""
        known = FilterQuery().fields
        for name in names:
            if name not in known:
                raise ValidationError(ErrorDetail("There is no such filter." + did_you_mean(name, known), "unknown"))


class ViewSerializer(StrictSerializer):
    """A saved filter, shown as a tab."""

    name = StrictCharField(max_length=100)
    query = SavedQueryField()


class PageFieldsSerializer(StrictSerializer):
    """How one's pages look."""

    views = StrictListField(child=ViewSerializer(), max_length=VIEWS_MAX, required=False)
    density = StrictChoiceField(Density.choices, required=False)
    popup_corner = StrictChoiceField(Corner.choices, required=False)
    shortcuts = StrictBooleanField(required=False, help_text="Whether keys do something in the centre.")
