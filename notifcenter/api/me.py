"""Notifications to oneself: the SDK's ``add_call`` and ``add_error``."""

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request

from notifcenter.api.fields import LineField
from notifcenter.api.publications import PublicationForm, publication
from notifcenter.api.response import ApiResponse
from notifcenter.api.throttling import SelfThrottle
from notifcenter.api.views import UserAPIView
from notifcenter.models import SELF, Provider
from notifcenter.publishing.publish import publish

FORM = PublicationForm("OwnPublication", widget_code=LineField(max_length=255, required=False, allow_blank=True))


class MyNotificationsView(UserAPIView):
    """Notifications to oneself."""

    throttle_classes = (SelfThrottle,)

    @extend_schema(
        operation_id="notify_myself",
        request=FORM.schema(),
        responses={201: inline_serializer("Added", {"id": serializers.UUIDField()})},
    )
    def post(self, request: Request) -> HttpResponse:
        """Under the provider ``widget_code``; without one, or with an unknown one, under ``self``."""
        valid = FORM.validated(request.data)
        people = {self.person.pk: self.person.receive_notifications}
        published = publish([publication(valid, _provider(valid.get("widget_code")), people)], now=timezone.now())
        return ApiResponse({"id": str(published[0].id)}, status=201)


def _provider(code: str | None) -> Provider:
    known = {provider.code: provider for provider in Provider.objects.filter(code__in=[code or SELF, SELF])}
    return known.get(code or SELF, known[SELF])
