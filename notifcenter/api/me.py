"""Notifications to oneself: the SDK's ``add_call``, ``add_error``, ``update`` and ``withdraw``."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from notifcenter.api.fields import LineField
from notifcenter.api.publications import PublicationForm, is_critical, publication
from notifcenter.api.response import ApiResponse, as_key, outcome, status_of, withdrawn
from notifcenter.api.throttling import SelfThrottle
from notifcenter.api.views import UserAPIView
from notifcenter.calls import identified
from notifcenter.content import is_clean, without_marks_around
from notifcenter.models import SELF, Notification, Priority, Provider
from notifcenter.publishing import keys, withdrawal
from notifcenter.publishing.publication import Mistake, Published

FORM = PublicationForm("OwnPublication", widget_code=LineField(max_length=255, required=False, allow_blank=True))
ADDED = inline_serializer(
    "Added",
    {
        "id": serializers.UUIDField(),
        "updated": serializers.BooleanField(required=False),
        "folded": serializers.BooleanField(required=False),
        "repeats": serializers.IntegerField(required=False),
        "scheduled": serializers.BooleanField(required=False),
        "warnings": serializers.ListField(child=serializers.CharField(), required=False),
    },
)
NOT_CRITICAL = "Nothing from a page is critical: it was published with the priority high."


class MyNotificationsView(UserAPIView):
    """Notifications to oneself."""

    throttle_classes = (SelfThrottle,)

    @extend_schema(operation_id="notify_myself", request=FORM.schema(), responses={200: ADDED, 201: ADDED})
    def post(self, request: Request) -> HttpResponse:
        """Under the provider ``widget_code``; without one, or with an unknown one, under ``self``.

        Keys are one's own: 200 where it changed what one sent oneself under its ``key``, or repeats it.
        """
        return _answer(self.person, request.data, _provider(request.data))


class MyNotificationView(UserAPIView):
    """A notification to oneself."""

    @extend_schema(operation_id="withdraw_my_own", responses={204: None})
    def delete(self, request: Request, pk: UUID) -> HttpResponse:
        """Withdraw it; what others sent is not one's own."""
        own = Notification.objects.filter(pk=pk, owner=self.person.pk)
        return withdrawn(own.exists() and withdrawal.withdraw(pk, now=timezone.now()))


class MyKeyView(UserAPIView):
    """What stands under a key of one's own."""

    throttle_classes = (SelfThrottle,)

    def get_throttles(self) -> list[BaseThrottle]:
        """Withdrawing is free."""
        return super().get_throttles() if self.request.method == "PUT" else []

    @extend_schema(operation_id="update_my_own", request=FORM.schema(), responses={200: ADDED})
    def put(self, request: Request, key: str) -> HttpResponse:
        """Another content for what stands under it, 404 where nothing does. The kind may be left out: it stays."""
        named = keys.notification_under(0, self.person.pk, as_key(key))
        if named is None:
            raise Http404
        body = request.data
        document = {"kind": named.kind} | body | {"key": as_key(key)} if isinstance(body, dict) else body
        provider = _provider(document) if isinstance(body, dict) and "widget_code" in body else named.provider
        return _answer(self.person, document, provider)

    @extend_schema(operation_id="withdraw_my_own_by_key", responses={204: None})
    def delete(self, request: Request, key: str) -> HttpResponse:
        """Withdraw it; the key is percent-encoded, its slashes too."""
        return withdrawn(withdrawal.withdraw_by_key(0, self.person.pk, as_key(key), now=timezone.now()))


def _published(me: Any, valid: dict[str, Any], provider: Provider) -> Published:
    """Raises ValidationError where it does not fit what stands under its key."""
    people = {me.pk: me.receive_notifications}
    own = publication(valid, provider, people, named=[me.pk], owner=me.pk)
    try:
        [one] = identified.accept([own], now=timezone.now())
    except Mistake as mistake:
        raise ValidationError({mistake.field: [ErrorDetail(str(mistake), mistake.code)]}) from None
    return one


def _answer(me: Any, document: object, provider: Provider) -> HttpResponse:
    """Publish it; nothing from a page is critical."""
    valid = FORM.validated(document, provider)
    warned = {"warnings": [NOT_CRITICAL]} if is_critical(valid) else {}
    one = _published(me, valid | ({"priority": Priority.HIGH.code} if warned else {}), provider)
    body = {"id": str(one.notification.id)} | outcome(one) | warned
    return ApiResponse(body, status=status_of(body))


def _provider(document: object) -> Provider:
    """The one that is named; looked up before the body is checked, since its manifest declares the categories."""
    named = document.get("widget_code") if isinstance(document, dict) else None
    code = without_marks_around(named) if isinstance(named, str) and is_clean(named) else SELF
    known = {provider.code: provider for provider in Provider.objects.filter(code__in=[code or SELF, SELF])}
    return known.get(code or SELF, known[SELF])
