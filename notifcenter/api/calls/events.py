"""What telephone exchanges call: the events of a call, in whatever order they come."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from notifcenter import content
from notifcenter.api.fields import NAME_MAX, HtmlField, LineField, LinkField, RecipientsField
from notifcenter.api.publications import DURATION_MAX, ElementSerializer, unknown_recipients
from notifcenter.api.response import ApiResponse
from notifcenter.api.strict import StrictChoiceField, StrictIntegerField, StrictSerializer
from notifcenter.api.throttling import ProviderThrottle
from notifcenter.api.views import ProviderAPIView
from notifcenter.calls import events
from notifcenter.calls.events import CallEvent
from notifcenter.models import CallState
from notifcenter.publishing import recipients

CALL_ID_MAX = 255
NO_FIELDS = ("state", "recipients")


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string", "minLength": 1, "maxLength": NAME_MAX}]})
class PersonField(serializers.Field[int, Any, Any, Any]):
    """A user, by id or name; gives the id."""

    default_error_messages = {"type": "Give an id or a username."}

    def to_internal_value(self, data: object) -> int:
        if isinstance(data, bool) or not isinstance(data, int | str):
            self.fail("type")
        if isinstance(data, str) and (not data or data == recipients.ALL or data.startswith(recipients.GROUP)):
            self.fail("type")
        try:
            [pk] = recipients.resolve([data])
        except recipients.Unknown as error:
            raise ValidationError([ErrorDetail(error.wrong[0], "not_found")]) from None
        return pk

    def to_representation(self, value: int) -> int:
        return value


class CallEventSerializer(StrictSerializer):
    """One event of a call. Whichever comes first needs ``recipients``."""

    state = StrictChoiceField(CallState.values)
    recipients = RecipientsField(required=False)
    to = LineField(max_length=255, required=False, allow_blank=True)
    element = ElementSerializer(required=False)
    answered_by = PersonField(required=False)
    duration = StrictIntegerField(min_value=0, max_value=DURATION_MAX, required=False)
    link = LinkField(required=False)
    text = HtmlField(required=False)
    header = LineField(max_length=content.HEADER_MAX, required=False, allow_blank=True)

    def get_fields(self) -> dict[str, Any]:
        """With ``from``, a reserved word of Python."""
        return super().get_fields() | {"from": LineField(max_length=255, required=False, allow_blank=True)}


CALL_ID = OpenApiParameter(
    "call_id",
    {"type": "string", "minLength": 1, "maxLength": CALL_ID_MAX},
    OpenApiParameter.PATH,
    description="The provider's own name for the call, percent-encoded.",
)


class CallView(ProviderAPIView):
    """A call of a telephone exchange."""

    throttle_classes = (ProviderThrottle,)
    answer = inline_serializer(
        "CallAnswer", {"id": serializers.UUIDField(), "state": serializers.ChoiceField(CallState.choices)}
    )

    @extend_schema(
        operation_id="call",
        request=CallEventSerializer,
        responses={200: answer, 201: answer},
        parameters=[CALL_ID],
    )
    def put(self, request: Request, call_id: str) -> HttpResponse:
        """Take an event; the same ones in any order, doubled or late, leave the same state, content and read marks.

        The state is the furthest that any event gave; an ``ended`` without answerer and duration counts as missed. A
        field comes from the event with the furthest state that carries it. ``id`` is the notification's.
        """
        serializer = CallEventSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            received = events.receive(
                self.provider, _event(_as_call_id(call_id), serializer.validated_data), now=timezone.now()
            )
        except events.NoRecipients:
            why = "This is the first event of the call: name the recipients."
            raise ValidationError({"recipients": [ErrorDetail(why, "required")]}) from None
        shown = {"id": str(received.notification.pk), "state": received.state}
        return ApiResponse(shown, status=201 if received.is_new else 200)


def _as_call_id(text: str) -> str:
    if len(text) > CALL_ID_MAX or not content.is_clean(text):
        raise ValidationError({"call_id": [f"A call's id has 1 to {CALL_ID_MAX} printable characters."]})
    return text


def _event(call_id: str, valid: dict[str, Any]) -> CallEvent:
    named = valid.get("recipients", ())
    try:
        people = recipients.resolve(named) if named else {}
    except recipients.Unknown as error:
        raise ValidationError({"recipients": unknown_recipients(error.wrong)}) from None
    fields = {name: value for name, value in valid.items() if name not in NO_FIELDS and value != ""}
    return CallEvent(call_id, CallState(valid["state"]), fields, people, named)
