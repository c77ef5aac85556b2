"""Popups by REST."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema, extend_schema_field, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request

from channels_app.live import popups
from notifcenter import content
from notifcenter.api.fields import DateField, HtmlField, ImageField, LineField, LinkField, RecipientsField
from notifcenter.api.publications import checked
from notifcenter.api.response import ApiResponse
from notifcenter.api.strict import JSONObjectField, StrictCharField, StrictChoiceField, StrictSerializer
from notifcenter.api.throttling import ProviderThrottle
from notifcenter.api.views import ProviderAPIView
from notifcenter.models import Kind


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
    type = StrictChoiceField((Kind.CALL.value, Kind.ERROR.value))


PARAMS: dict[str, type[StrictSerializer]] = {
    "show_message": MessageParams,
    "show_message_error": ErrorParams,
    "show_notification": NotificationParams,
}


class AnyPopup(StrictSerializer):
    """A popup whose method is not known."""

    method = StrictChoiceField(tuple(PARAMS))
    recipients = RecipientsField()
    params = JSONObjectField()


def _popup(method: str, params: type[StrictSerializer]) -> type[StrictSerializer]:
    constant = extend_schema_field({"type": "string", "const": method})(type(f"{method}_name", (StrictCharField,), {}))
    name = "".join(word.title() for word in method.split("_"))
    fields = {"method": constant(), "recipients": RecipientsField(), "params": params()}
    return type(f"{name}Popup", (StrictSerializer,), fields)


POPUPS: dict[str, Any] = {method: _popup(method, params) for method, params in PARAMS.items()}


def _validated(document: object) -> dict[str, Any]:
    """Raises ValidationError with every mistake."""
    method = document.get("method") if isinstance(document, dict) else None
    serializer = POPUPS.get(method, AnyPopup) if isinstance(method, str) else AnyPopup
    valid: dict[str, Any] = serializer().run_validation(document)
    return valid


class PopupsView(ProviderAPIView):
    """Show a popup on people's open pages."""

    throttle_classes = (ProviderThrottle,)

    @extend_schema(
        operation_id="show_popup",
        request=PolymorphicProxySerializer("Popup", POPUPS, "method"),
        responses={202: inline_serializer("PopupShown", {"online": serializers.IntegerField()})},
    )
    def post(self, request: Request) -> HttpResponse:
        """How many of the recipients have an open page; whoever has none never sees it."""
        popup, people = checked(_validated, request.data)
        return ApiResponse({"online": popups.show(popup["method"], popup["params"], list(people))}, 202)


urls = [path("popups/", PopupsView.as_view())]
