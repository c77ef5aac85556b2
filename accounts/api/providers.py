"""Providers and their tokens, as the host application manages them."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request

from accounts import endpoints
from accounts.api.management import ForManagementClients, run_check
from notifcenter import providers, tokens
from notifcenter.api.fields import ImageField, LineField
from notifcenter.api.paging import Ordered, page
from notifcenter.api.query import PageQuery
from notifcenter.api.response import ApiResponse
from notifcenter.api.response_serializers import paged
from notifcenter.api.strict import (
    JSONObjectField,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
    StrictSerializer,
)
from notifcenter.models import Provider, Webhook, check_code
from notifcenter.publishing import categories

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
    critical = StrictBooleanField(required=False)
    webhook = WebhookSerializer(required=False, allow_null=True)

    def validate_manifest(self, manifest: dict[str, Any]) -> dict[str, Any]:
        """Its categories are valid."""
        errors: dict[str, Any] = {}
        for place, why in categories.mistakes(manifest):
            *outer, last = map(str, ("categories", *place))
            within = errors
            for name in outer:
                within = within.setdefault(name, {})
            within[last] = [ErrorDetail(why, "invalid")]
        if errors:
            raise serializers.ValidationError(errors)
        return manifest


CategorySerializer = inline_serializer(
    "Category",
    {
        "code": serializers.CharField(),
        "name": serializers.JSONField(help_text='A text, or {"ru": …, "en": …}.'),
        "description": serializers.CharField(required=False),
        "channels": serializers.DictField(child=serializers.BooleanField(), required=False),
        "required": serializers.ListField(child=serializers.CharField(), required=False),
    },
)


class KnownProviderSerializer(ManagedProviderSerializer):
    """A provider as it is."""

    code = serializers.CharField()
    categories = serializers.ListField(child=CategorySerializer)
    tokens = serializers.ListField(
        child=inline_serializer(
            "KnownToken", {"prefix": serializers.CharField(), "created_at": serializers.IntegerField()}
        )
    )


ProviderTokenSerializer = inline_serializer(
    "ProviderToken", {name: serializers.CharField() for name in ("code", "token", "prefix")}
)


class ProvidersView(ForManagementClients):
    """All providers."""

    query_serializer = PageQuery

    @extend_schema(operation_id="providers", responses=paged("ProviderPage", KnownProviderSerializer()))
    def get(self, request: Request) -> HttpResponse:
        """The oldest first, with categories, webhook and tokens."""
        rows = Ordered(Provider.objects.select_related("webhook").prefetch_related("tokens"), "id")
        return page(request, self.query, rows, lambda some: list(map(_document, some)), newest_first=False)


class ProviderView(ForManagementClients):
    """One provider."""

    @extend_schema(operation_id="provider", responses=KnownProviderSerializer)
    def get(self, request: Request, code: str) -> HttpResponse:
        """With categories, webhook and tokens."""
        return ApiResponse(_document(get_object_or_404(Provider, code=code)))

    @extend_schema(
        operation_id="put_provider",
        request=ManagedProviderSerializer,
        responses={200: KnownProviderSerializer, 201: KnownProviderSerializer},
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
        return ApiResponse(_document(Provider.objects.get(pk=provider.pk), secret), status=201 if new else 200)


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


def _document(provider: Provider, secret: str = "") -> dict[str, Any]:
    names = ("code", "name", "icon", "description", "manifest", "rate_limit", "critical")
    webhook: Webhook | None = getattr(provider, "webhook", None)
    shown = webhook and {"url": webhook.url, "active": webhook.active} | ({"secret": secret} if secret else {})
    good = [token for token in provider.tokens.all() if token.revoked_at is None]
    return {name: getattr(provider, name) for name in names} | {
        "categories": categories.declared(provider.manifest),
        "webhook": shown,
        "tokens": [{"prefix": token.prefix, "created_at": int(token.created_at.timestamp())} for token in good],
    }


urls = [
    path("providers/", ProvidersView.as_view()),
    path("providers/<str:code>/", ProviderView.as_view()),
    path("providers/<str:code>/tokens/", ProviderTokensView.as_view()),
    path("providers/<str:code>/tokens/<str:prefix>/", ProviderTokenView.as_view()),
]
