"""Devices that take push: registered by pages, installed apps and native apps."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from accounts import devices, endpoints
from accounts.models import Device
from notifcenter.api.answers import Answer
from notifcenter.api.callers import ForPeople
from notifcenter.api.fields import LineField
from notifcenter.api.paging import Ordered, page
from notifcenter.api.parsing import StrictCharField, StrictSerializer
from notifcenter.channel import all_channels, channel_named

WEBPUSH = Device.Transport.WEBPUSH


class CheckedField(StrictCharField):
    """A string that ``check`` accepts, as ``check`` gives it back; its ValueError becomes the error."""

    def __init__(self, check: Any, **options: Any) -> None:
        super().__init__(trim_whitespace=False, **options)
        self._check = check

    def to_internal_value(self, data: Any) -> str:
        """The checked string."""
        value = super().to_internal_value(data)
        try:
            return self._check(value) or value
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None


class KeysSerializer(StrictSerializer):
    """The keys messages to it are encrypted with."""

    p256dh = CheckedField(endpoints.check_p256dh, max_length=200)
    auth = CheckedField(endpoints.check_auth, max_length=100)


class SubscriptionSerializer(StrictSerializer):
    """A PushSubscription as browsers serialise it; ``expirationTime`` is theirs and not kept."""

    endpoint = CheckedField(endpoints.check_endpoint)
    keys = KeysSerializer()
    expirationTime = serializers.FloatField(required=False, allow_null=True)


class DeviceRequestSerializer(StrictSerializer):
    """A Web Push ``subscription``; for any other transport, as FCM, a ``token``."""

    channel = StrictCharField(max_length=16)
    transport = StrictCharField(default=WEBPUSH, help_text="webpush or fcm, as the channel uses it.")
    name = LineField(max_length=100, required=False, allow_blank=True, default="")
    subscription = SubscriptionSerializer(required=False)
    token = CheckedField(endpoints.check_token, required=False)

    def validate_channel(self, code: str) -> str:
        """A channel that sends to devices."""
        if not _transports(code):
            known = " or ".join(channel.code for channel in all_channels() if channel.transports)
            raise ValidationError(f"There is no such channel for devices: give {known}.", "choice")
        return code

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What the transport needs, and nothing of the other's."""
        transports = _transports(attrs["channel"])
        if attrs["transport"] not in transports:
            raise ValidationError({"transport": [f"This channel uses {' or '.join(transports)}."]}, "choice")
        needed, other = ("subscription", "token") if attrs["transport"] == WEBPUSH else ("token", "subscription")
        if needed not in attrs:
            raise ValidationError({needed: ["This transport needs it."]}, "required")
        if other in attrs:
            raise ValidationError({other: ["This transport does not use it."]}, "unknown")
        return attrs

    def registration(self) -> devices.Registration:
        """What was asked for, valid."""
        data = dict(self.validated_data)
        subscription, token = data.pop("subscription", None), data.pop("token", "")
        if subscription is None:
            return devices.Registration(address=token, **data)
        return devices.Registration(address=subscription["endpoint"], keys=dict(subscription["keys"]), **data)


class DeviceSerializer(serializers.Serializer[Any]):
    """A device as it is listed; times are Unix seconds."""

    id = serializers.IntegerField()
    channel = serializers.CharField()
    transport = serializers.CharField()
    name = serializers.CharField()
    active = serializers.BooleanField()
    last_used_at = serializers.SerializerMethodField()
    last_error = serializers.CharField()

    def get_last_used_at(self, device: Device) -> int | None:
        """When it last took a push."""
        return int(device.last_used_at.timestamp()) if device.last_used_at else None


DevicePage = inline_serializer(
    "DevicePage",
    {
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": DeviceSerializer(many=True),
    },
)


class DevicesView(ForPeople):
    """One's own devices."""

    @extend_schema(operation_id="devices", responses=DevicePage)
    def get(self, request: Request) -> HttpResponse:
        """Newest first."""
        return page(request, Ordered(Device.objects.filter(user=self.person), "id"), _results)

    @extend_schema(
        operation_id="register_device",
        request=DeviceRequestSerializer,
        responses={201: DeviceSerializer, 200: DeviceSerializer},
    )
    def post(self, request: Request) -> HttpResponse:
        """Register; an endpoint or token known already is updated, and moves to who registers it."""
        fields = DeviceRequestSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        device, created = devices.register(self.person, fields.registration())
        return Answer(DeviceSerializer(device).data, status=201 if created else 200)


class DeviceView(ForPeople):
    """One device."""

    @extend_schema(operation_id="remove_device", responses={204: None})
    def delete(self, request: Request, pk: int) -> HttpResponse:
        """Forget it."""
        if not devices.remove(self.person, pk):
            raise Http404
        return HttpResponse(status=204)


class KeyView(ForPeople):
    """The key to subscribe with."""

    @extend_schema(
        operation_id="push_key", responses=inline_serializer("PushKey", {"vapid_public_key": serializers.CharField()})
    )
    def get(self, request: Request) -> HttpResponse:
        """The application server key of RFC 8292 in base64url."""
        from accounts import vapid  # noqa: PLC0415  with its libraries 9 MB, not before somebody subscribes

        return Answer({"vapid_public_key": vapid.public_key()})


def _results(rows: list[Device]) -> Any:
    return DeviceSerializer(rows, many=True).data


def _transports(code: str) -> tuple[str, ...]:
    channel = channel_named(code)
    return channel.transports if channel else ()


urls = [
    path("devices/", DevicesView.as_view()),
    path("devices/<int:pk>/", DeviceView.as_view()),
    path("push/key/", KeyView.as_view()),
]
