"""Providers and their tokens, as the host application manages them."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request

from accounts import endpoints
from accounts.api.management import ForManagementClients, run_check
from notifcenter import providers, tokens
from notifcenter.api.fields import ImageField, LineField
from notifcenter.api.response import ApiResponse
from notifcenter.api.strict import (
    JSONObjectField,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
    StrictSerializer,
)
from notifcenter.models import Provider, Webhook, check_code

PREFIX_MIN, PREFIX_LENGTH = 4, 12


class WebhookSerializer(StrictSerializer):
    """Where a provider is told how its deliveries end."""

    url = StrictCharField(max_length=endpoints.URL_MAX)
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


class ManagedProviderSerializer(StrictSerializer):
    """A provider."""

    name = LineField(max_length=200, required=False)
    icon = ImageField(required=False, allow_blank=True)
    description = LineField(max_length=255, required=False, allow_blank=True)
    manifest = JSONObjectField(required=False)
    rate_limit = StrictIntegerField(min_value=1, max_value=10_000_000, required=False, allow_null=True)
    webhook = WebhookSerializer(required=False, allow_null=True)


ProviderTokenSerializer = inline_serializer(
    "ProviderToken", {name: serializers.CharField() for name in ("code", "token", "prefix")}
)


class ProviderView(ForManagementClients):
    """One provider."""

    @extend_schema(
        operation_id="put_provider",
        request=ManagedProviderSerializer,
        responses={200: ManagedProviderSerializer, 201: ManagedProviderSerializer},
    )
    def put(self, request: Request, code: str) -> HttpResponse:
        """Create or change: 201 when new; what is not given stays, ``"webhook": null`` removes it."""
        run_check(check_code, code)
        fields = ManagedProviderSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        values = dict(fields.validated_data)
        webhook = values.pop("webhook", {})
        provider, new = providers.save(code, **values)
        secret = providers.set_webhook(provider, **webhook) if webhook else ""
        if webhook is None:
            providers.remove_webhook(provider)
        return ApiResponse(_document(provider, secret), status=201 if new else 200)


class ProviderTokensView(ForManagementClients):
    """A provider's tokens."""

    @extend_schema(operation_id="add_provider_token", request=None, responses={201: ProviderTokenSerializer})
    def post(self, request: Request, code: str) -> HttpResponse:
        """A new one, shown this once; older ones stay valid."""
        raw = tokens.mint_for_provider(get_object_or_404(Provider, code=code))
        return ApiResponse({"code": code, "token": raw, "prefix": raw.split("_")[1]}, status=201)


class ProviderTokenView(ForManagementClients):
    """One of a provider's tokens."""

    @extend_schema(operation_id="revoke_provider_token", responses={204: None})
    def delete(self, request: Request, code: str, prefix: str) -> HttpResponse:
        """Worthless from now on. ``prefix`` is the beginning of the token, long enough to mean only one."""
        beginning = prefix.removeprefix("ncp_")[:PREFIX_LENGTH]
        rows = get_object_or_404(Provider, code=code).tokens.filter(prefix__startswith=beginning, revoked_at=None)
        if len(beginning) < PREFIX_MIN or rows.count() != 1:
            raise Http404
        tokens.revoke(rows)
        return HttpResponse(status=204)


def _document(provider: Provider, secret: str) -> dict[str, Any]:
    names = ("code", "name", "icon", "description", "manifest", "rate_limit")
    webhook = Webhook.objects.filter(provider=provider).values("url", "active").first()
    document = {name: getattr(provider, name) for name in names}
    return document | {"webhook": webhook and webhook | ({"secret": secret} if secret else {})}


urls = [
    path("providers/<str:code>/", ProviderView.as_view()),
    path("providers/<str:code>/tokens/", ProviderTokensView.as_view()),
    path("providers/<str:code>/tokens/<str:prefix>/", ProviderTokenView.as_view()),
]
