"""What the host application calls: its people, their tokens, its providers."""

import time
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError as Invalid
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts import endpoints, people, tokens
from accounts.models import HostToken, User, check_zone
from notifcenter import providers
from notifcenter import tokens as core_tokens
from notifcenter.api.authentication import BearerAuthentication
from notifcenter.api.fields import ImageField, LineField
from notifcenter.api.response import ApiResponse
from notifcenter.api.strict import (
    JSONObjectField,
    StrictBooleanField,
    StrictCharField,
    StrictChoiceField,
    StrictIntegerField,
    StrictListField,
    StrictSerializer,
)
from notifcenter.api.views import ApiView
from notifcenter.models import Provider, Webhook, check_code


class IsHost(BasePermission):
    """Only with a management token."""

    message = "This call needs a management token."
    code = "wrong_token_kind"

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the token is one."""
        return isinstance(request.auth, HostToken)


class ForHosts(ApiView):
    """A view that host applications call."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (IsHost,)


class EmailField(StrictCharField):
    """One address, or an empty string for none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=254, allow_blank=True, **options)
        self.validators.append(lambda value: serializers.EmailField().run_validation(value) if value else None)


class PersonFields(StrictSerializer):
    """A person."""

    email = EmailField(required=False)
    first_name = LineField(max_length=150, required=False, allow_blank=True)
    last_name = LineField(max_length=150, required=False, allow_blank=True)
    language = StrictChoiceField(settings.LANGUAGES, required=False)
    timezone = LineField(max_length=64, required=False)
    groups = StrictListField(child=LineField(max_length=150), max_length=1000, required=False)

    def validate_timezone(self, value: str) -> str:
        """A zone that tzdata knows."""
        _run(check_zone, value)
        return value


class WebhookFields(StrictSerializer):
    """Where a provider is told how its deliveries end."""

    url = StrictCharField(max_length=endpoints.LONGEST)
    new_secret = StrictBooleanField(required=False, write_only=True)
    active = serializers.BooleanField(read_only=True)
    secret = serializers.CharField(read_only=True, help_text="whsec_…, shown only when it is made.")

    def validate_url(self, value: str) -> str:
        """An address of the open internet."""
        try:
            endpoints.check_endpoint(value)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None
        return value


class HostProviderFields(StrictSerializer):
    """A provider."""

    name = LineField(max_length=200, required=False)
    icon = ImageField(required=False, allow_blank=True)
    description = LineField(max_length=255, required=False, allow_blank=True)
    manifest = JSONObjectField(required=False)
    rate_limit = StrictIntegerField(min_value=1, max_value=10_000_000, required=False, allow_null=True)
    webhook = WebhookFields(required=False, allow_null=True)


class PersonShape(PersonFields):
    """A person as answered."""

    id = serializers.IntegerField()
    username = serializers.CharField()


UserTokenShape = inline_serializer(
    "UserToken", {"token": serializers.CharField(), "expires_at": serializers.IntegerField()}
)
ProviderTokenShape = inline_serializer(
    "ProviderToken", {name: serializers.CharField() for name in ("code", "token", "prefix")}
)


class UserView(ForHosts):
    """Create or change a person."""

    @extend_schema(operation_id="put_user", request=PersonFields, responses={200: PersonShape, 201: PersonShape})
    def put(self, request: Request, username: str) -> HttpResponse:
        """201 when new; what is not given stays. The answer is the whole person."""
        _run(User._meta.get_field("username").run_validators, username)
        fields = PersonFields(data=request.data)
        fields.is_valid(raise_exception=True)
        user, new = people.save(username, fields.validated_data)
        return ApiResponse(people.shown(user), status=201 if new else 200)


class UserTokenView(ForHosts):
    """A user's token for pages of another site."""

    @extend_schema(operation_id="user_token", request=None, responses=UserTokenShape)
    def post(self, request: Request, username: str) -> HttpResponse:
        """Good for an hour."""
        user = get_object_or_404(User, username=username, is_active=True)
        expires_at = int(time.time() + tokens.LIFETIME.total_seconds())
        return ApiResponse({"token": tokens.mint_for_user(user), "expires_at": expires_at})


class ProviderView(ForHosts):
    """Create or change a provider."""

    @extend_schema(
        operation_id="put_provider",
        request=HostProviderFields,
        responses={200: HostProviderFields, 201: HostProviderFields},
    )
    def put(self, request: Request, code: str) -> HttpResponse:
        """201 when new; what is not given stays, ``"webhook": null`` removes it."""
        _run(check_code, code)
        fields = HostProviderFields(data=request.data)
        fields.is_valid(raise_exception=True)
        given = dict(fields.validated_data)
        webhook = given.pop("webhook", {})
        provider, new = providers.save(code, **given)
        secret = providers.set_webhook(provider, **webhook) if webhook else ""
        if webhook is None:
            providers.remove_webhook(provider)
        return ApiResponse(_shown(provider, secret), status=201 if new else 200)


class ProviderTokensView(ForHosts):
    """A provider's tokens."""

    @extend_schema(operation_id="add_provider_token", request=None, responses={201: ProviderTokenShape})
    def post(self, request: Request, code: str) -> HttpResponse:
        """A new one, shown this once; older ones stay valid."""
        raw = core_tokens.mint_for_provider(get_object_or_404(Provider, code=code))
        return ApiResponse({"code": code, "token": raw, "prefix": raw.split("_")[1]}, status=201)


class ProviderTokenView(ForHosts):
    """One of a provider's tokens."""

    @extend_schema(operation_id="revoke_provider_token", responses={204: None})
    def delete(self, request: Request, code: str, prefix: str) -> HttpResponse:
        """Worthless from now on. ``prefix`` is the beginning of the token, long enough to mean only one."""
        beginning = prefix.removeprefix("ncp_")[:12]
        rows = get_object_or_404(Provider, code=code).tokens.filter(prefix__startswith=beginning, revoked_at=None)
        if len(beginning) < 4 or rows.count() != 1:
            raise Http404
        core_tokens.revoke(rows)
        return HttpResponse(status=204)


def _run(check: Any, value: str) -> None:
    try:
        check(value)
    except Invalid as error:
        raise serializers.ValidationError({"non_field_errors": error.messages}) from None


def _shown(provider: Provider, secret: str) -> dict[str, Any]:
    names = ("code", "name", "icon", "description", "manifest", "rate_limit")
    webhook = Webhook.objects.filter(provider=provider).values("url", "active").first()
    shown = {name: getattr(provider, name) for name in names}
    return shown | {"webhook": webhook and webhook | ({"secret": secret} if secret else {})}


urls = [
    path("users/<str:username>/", UserView.as_view()),
    path("users/<str:username>/token/", UserTokenView.as_view()),
    path("providers/<str:code>/", ProviderView.as_view()),
    path("providers/<str:code>/tokens/", ProviderTokensView.as_view()),
    path("providers/<str:code>/tokens/<str:prefix>/", ProviderTokenView.as_view()),
]
