"""Popups by REST, and who is online."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema, extend_schema_field, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from channels_app.live import popups, presence
from notifcenter import content
from notifcenter.api.fields import DateField, ImageField, LineField, LinkField, RecipientsField
from notifcenter.api.parsing import StrictCharField, StrictSerializer
from notifcenter.api.response import ApiResponse
from notifcenter.api.throttling import ProviderThrottle
from notifcenter.api.views import ProviderAPIView, UserAPIView
from notifcenter.models import Kind
from notifcenter.publishing import recipients


class HtmlField(StrictCharField):
    """Simple HTML, made safe."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=content.TEXT_MAX, **options)

    def to_internal_value(self, data: Any) -> str:
        """The safe HTML."""
        return content.safe_html(super().to_internal_value(data))


class WordsParams(StrictSerializer):
    """What every popup says."""

    header = LineField(max_length=content.HEADER_MAX)
    text = HtmlField()


class MessageParams(WordsParams):
    """``show_message``."""

    date = DateField(required=False)
    icon = ImageField(required=False)


class ErrorParams(WordsParams):
    """``show_message_error``."""

    date = DateField(required=False)
    link = LinkField(required=False)


class NotificationParams(StrictSerializer):
    """``show_notification``."""

    text = WordsParams()
    date = DateField(required=False)
    type = serializers.ChoiceField((Kind.CALL.value, Kind.ERROR.value))


PARAMS: dict[str, type[StrictSerializer]] = {
    "show_message": MessageParams,
    "show_message_error": ErrorParams,
    "show_notification": NotificationParams,
}
PERSON = {
    "type": "object",
    "properties": {"id": {"type": "integer"}, "online": {"type": "boolean"}},
    "required": ["id", "online"],
}


class PopupFields(StrictSerializer):
    """A call of one of the three methods on other people's pages; ``params`` are judged by the method."""

    method = serializers.ChoiceField(tuple(PARAMS))
    recipients = RecipientsField()
    params = serializers.DictField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The params of this method; wrong ones are pointed at inside ``params``."""
        params = PARAMS[attrs["method"]](data=attrs["params"])
        if not params.is_valid():
            raise ValidationError({"params": params.errors})
        return attrs | {"params": params.validated_data}


def _schema() -> PolymorphicProxySerializer:
    kinds: dict[str, Any] = {method: _call(method, params) for method, params in PARAMS.items()}
    return PolymorphicProxySerializer("Popup", kinds, "method")


def _call(method: str, params: type[StrictSerializer]) -> type[StrictSerializer]:
    constant = extend_schema_field({"type": "string", "const": method})(type(f"{method}_name", (StrictCharField,), {}))
    name = "".join(word.title() for word in method.split("_"))
    fields = {"method": constant(), "recipients": RecipientsField(), "params": params()}
    return type(f"{name}Popup", (StrictSerializer,), fields)


class PopupsView(ProviderAPIView):
    """Show a popup on people's open pages."""

    throttle_classes = (ProviderThrottle,)

    @extend_schema(
        operation_id="show_popup",
        request=_schema(),
        responses={202: inline_serializer("PopupShown", {"online": serializers.IntegerField()})},
    )
    def post(self, request: Request) -> HttpResponse:
        """How many of the recipients have an open page; whoever has none never sees it."""
        fields = PopupFields(data=request.data)
        fields.is_valid(raise_exception=True)
        said = fields.validated_data
        return ApiResponse({"online": popups.show(said["method"], said["params"], _people(said["recipients"]))}, 202)


class PresenceView(UserAPIView):
    """Who is online."""

    @extend_schema(
        operation_id="presence",
        responses={200: {"type": "object", "additionalProperties": PERSON}},
    )
    def get(self, request: Request) -> HttpResponse:
        """Everybody the person may see, online or not, by id."""
        seen = presence.of_visible(self.person)
        return ApiResponse({pk: {"id": int(pk), "online": is_here} for pk, is_here in seen.items()})


def _people(named: recipients.Named) -> list[int]:
    try:
        return list(recipients.resolve(named))
    except recipients.Unknown as error:
        raise ValidationError({"recipients": {str(i): [why] for i, why in error.wrong.items()}}) from None


urls = [path("popups/", PopupsView.as_view()), path("presence/", PresenceView.as_view())]
