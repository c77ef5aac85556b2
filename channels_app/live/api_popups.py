"""Popups by REST."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema, extend_schema_field, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from channels_app.live import popups
from notifcenter import content
from notifcenter.api.answers import Answer
from notifcenter.api.callers import ForProviders
from notifcenter.api.fields import DateField, ImageField, LineField, LinkField, RecipientsField
from notifcenter.api.parsing import StrictCharField, StrictSerializer
from notifcenter.api.rates import ProviderRate
from notifcenter.models import Kind
from notifcenter.publishing import recipients


class HtmlField(StrictCharField):
    """Simple HTML; comes out sanitised."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=content.TEXT_MAX, **options)

    def to_internal_value(self, data: Any) -> str:
        """The sanitised HTML; raises ValidationError."""
        return content.safe_html(super().to_internal_value(data))


class TextParams(StrictSerializer):
    """Header and text, which every popup has."""

    header = LineField(max_length=content.HEADER_MAX)
    text = HtmlField()


class MessageParams(TextParams):
    """``show_message``."""

    date = DateField(required=False)
    icon = ImageField(required=False)


class ErrorParams(TextParams):
    """``show_message_error``."""

    date = DateField(required=False)
    link = LinkField(required=False)


class NotificationParams(StrictSerializer):
    """``show_notification``."""

    text = TextParams()
    date = DateField(required=False)
    type = serializers.ChoiceField((Kind.CALL.value, Kind.ERROR.value))


PARAMS: dict[str, type[StrictSerializer]] = {
    "show_message": MessageParams,
    "show_message_error": ErrorParams,
    "show_notification": NotificationParams,
}


class PopupRequest(StrictSerializer):
    """A call of one of the three methods on other people's pages; ``params`` are checked as the method has them."""

    method = serializers.ChoiceField(tuple(PARAMS))
    recipients = RecipientsField()
    params = serializers.DictField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Check the params of this method; raises ValidationError with pointers inside ``params``."""
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


class PopupsView(ForProviders):
    """Show a popup on people's open pages."""

    throttle_classes = (ProviderRate,)

    @extend_schema(
        operation_id="show_popup",
        request=_schema(),
        responses={202: inline_serializer("PopupShown", {"online": serializers.IntegerField()})},
    )
    def post(self, request: Request) -> HttpResponse:
        """How many of the recipients have an open page; whoever has none never sees it."""
        serializer = PopupRequest(data=request.data)
        serializer.is_valid(raise_exception=True)
        popup = serializer.validated_data
        return Answer({"online": popups.show(popup["method"], popup["params"], _people(popup["recipients"]))}, 202)


def _people(named: recipients.Named) -> list[int]:
    try:
        return list(recipients.resolve(named))
    except recipients.Unknown as error:
        raise ValidationError({"recipients": {str(i): [why] for i, why in error.wrong.items()}}) from None


urls = [path("popups/", PopupsView.as_view())]
