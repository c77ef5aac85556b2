"""Devices that take push: registered by pages, installed apps and native apps."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import path
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request

from accounts import devices, endpoints
from accounts.models import Device
from notifcenter.api.fields import LineField
from notifcenter.api.paging import Ordered, page
from notifcenter.api.problems.suggestions import did_you_mean
from notifcenter.api.query import PageQuery
from notifcenter.api.response import ApiResponse
from notifcenter.api.strict import StrictCharField, StrictNumberField, StrictSerializer
from notifcenter.api.views import UserAPIView
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
    expirationTime = StrictNumberField(required=False, allow_null=True)


class DeviceRequestSerializer(StrictSerializer):
    """A Web Push ``subscription``; for any other transport, as FCM, a ``token``."""

    channel = StrictCharField(max_length=16)
    transport = StrictCharField(default=WEBPUSH, help_text="webpush or fcm, as the channel uses it.")
    name = LineField(max_length=100, required=False, allow_blank=True, default="")
    subscription = SubscriptionSerializer(required=False)
    token = CheckedField(endpoints.check_token, required=False)

    def mistakes_among(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """A channel that sends to devices, and what its transport needs: nothing of the other's."""
        channel, transport = data.get("channel"), data.get("transport", WEBPUSH)
        if not (isinstance(channel, str) and isinstance(transport, str)):
            return {}
        if transport not in _transports(channel):
            return _unknown_transport(channel)
        needed, other = ("subscription", "token") if transport == WEBPUSH else ("token", "subscription")
        errors: dict[str, Any] = {}
        if needed not in data:
            errors[needed] = [ErrorDetail("This transport needs it.", "required")]
        if other in data:
            errors[other] = [ErrorDetail("This transport does not use it.", "unknown")]
        return errors

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


class DevicesView(UserAPIView):
    """One's own devices."""

    query_serializer = PageQuery

    @extend_schema(operation_id="devices", responses=DevicePage)
    def get(self, request: Request) -> HttpResponse:
        """Newest first."""
        return page(request, self.query, Ordered(Device.objects.filter(user=self.person), "id"), _results)

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
        return ApiResponse(DeviceSerializer(device).data, status=201 if created else 200)


class DeviceView(UserAPIView):
    """One device."""

    @extend_schema(operation_id="remove_device", responses={204: None})
    def delete(self, request: Request, pk: int) -> HttpResponse:
        """Forget it."""
        if not devices.remove(self.person, pk):
            raise Http404
        return HttpResponse(status=204)


class KeyView(UserAPIView):
    """The key to subscribe with."""

    @extend_schema(
        operation_id="push_key", responses=inline_serializer("PushKey", {"vapid_public_key": serializers.CharField()})
    )
    def get(self, request: Request) -> HttpResponse:
        """The application server key of RFC 8292 in base64url."""
        from accounts import vapid  # noqa: PLC0415  with its libraries 9 MB, not before somebody subscribes

        return ApiResponse({"vapid_public_key": vapid.public_key()})


def _results(rows: list[Device]) -> Any:
    return DeviceSerializer(rows, many=True).data


def _unknown_transport(channel: str) -> dict[str, Any]:
    if transports := _transports(channel):
        return {"transport": [ErrorDetail(f"This channel uses {' or '.join(transports)}.", "choice")]}
    known = [channel.code for channel in all_channels() if channel.transports]
    why = f"There is no such channel for devices: give {' or '.join(known)}.{did_you_mean(channel, known)}"
    return {"channel": [ErrorDetail(why, "choice")]}


def _transports(code: str) -> tuple[str, ...]:
    channel = channel_named(code)
    return channel.transports if channel else ()


urls = [
    path("devices/", DevicesView.as_view()),
    path("devices/<int:pk>/", DeviceView.as_view()),
    path("push/key/", KeyView.as_view()),
]
