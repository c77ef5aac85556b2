"""Bodies of the calls that change many items of an inbox."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from notifcenter.api.inbox.filter_query import FilterQuery, as_filter
from notifcenter.api.strict import (
    StrictBooleanField,
    StrictIntegerField,
    StrictListField,
    StrictSerializer,
    StrictUUIDField,
)
from notifcenter.inbox.changes import Selection
from notifcenter.inbox.replay import latest_revision
from notifcenter.models import CALL_END
from notifcenter.plain_number import COLUMN_MAX
from notifcenter.signals import calling

SELECTION_MAX = 1000
SNOOZE_MAX = timedelta(days=365)
UNTIL_CALL_ENDS = "call_end"


@extend_schema_field({"type": "object", "additionalProperties": {"type": ["string", "integer", "boolean"]}})
class FilterField(serializers.Field[dict[str, Any], Any, Any, Any]):
    """The query of ``GET inbox/`` without cursor and limit; flags and times may be JSON's own."""

    default_error_messages = {"type": "Give an object."}

    def to_internal_value(self, data: object) -> dict[str, Any]:
        """The checked query, only the names that were given."""
        if not isinstance(data, Mapping):
            self.fail("type")
        query = FilterQuery(data={name: _as_in_query(value) for name, value in data.items()})
        query.is_valid(raise_exception=True)
        return {name: value for name, value in query.validated_data.items() if name in data}


class SelectionRequestSerializer(StrictSerializer):
    """Either ``ids``, or ``all`` that match ``filter`` and came up to the live cursor ``up_to``."""

    ids = StrictListField(child=StrictUUIDField(), max_length=SELECTION_MAX, required=False)
    all = StrictBooleanField(required=False)
    filter = FilterField(required=False)
    up_to = StrictIntegerField(min_value=0, max_value=COLUMN_MAX, required=False)

    def mistakes_among(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """One of both, and what goes with "all" only with it."""
        errors: dict[str, Any] = {}
        if ("ids" in data) == bool(data.get("all")):
            code = "invalid" if "ids" in data else "required"
            errors["non_field_errors"] = [ErrorDetail('Give either "ids" or "all": true.', code)]
        if not data.get("all"):
            errors |= {
                name: [ErrorDetail('It goes with "all".', "invalid")] for name in ("filter", "up_to") if name in data
            }
        return errors


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string", "enum": [UNTIL_CALL_ENDS]}]})
class UntilField(serializers.Field[datetime, Any, Any, Any]):
    """Unix seconds in the future, a year ahead at most, or ``call_end``."""

    default_error_messages = {
        "type": 'Give Unix seconds, or "call_end".',
        "past": "It is in the past.",
        "far": "It is more than a year ahead.",
    }

    def to_internal_value(self, data: object) -> datetime:
        """``CALL_END`` for the end of a call."""
        if data == UNTIL_CALL_ENDS:
            return CALL_END
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("type")
        now = timezone.now()
        if data <= now.timestamp():
            self.fail("past")
        if data > (now + SNOOZE_MAX).timestamp():
            self.fail("far")
        return datetime.fromtimestamp(data, UTC)


class SnoozeRequestSerializer(SelectionRequestSerializer):
    """The same, and until when."""

    until = UntilField()


class UndoRequestSerializer(StrictSerializer):
    """The ``undo`` of an answer."""

    undo = StrictUUIDField()


def selection(fields: Mapping[str, Any], person: Any) -> Selection:
    """What a checked body selects in the inbox of this person. Raises ValidationError for a cursor nobody has had."""
    up_to = fields.get("up_to")
    if up_to is not None and up_to > latest_revision(person.pk).revision:
        raise ValidationError({"up_to": ["No frame has had this cursor yet: take it from the live socket."]})
    query = fields.get("filter")
    chosen = as_filter(query, person) if query else None
    return Selection(person.pk, fields.get("ids"), chosen, has_state="state" in (query or ()), up_to=up_to)


def check_calling(until: datetime | None, user: int) -> None:
    """Raises ValidationError where a snooze is to end with a call, and no page says that there is one."""
    if until == CALL_END and not any(on for _receiver, on in calling.send(Selection, user=user)):
        raise ValidationError({"until": ["You are not calling now: give a time."]})


def _as_in_query(value: object) -> object:
    if isinstance(value, bool):
        return str(int(value))
    return str(value) if isinstance(value, int) else value
