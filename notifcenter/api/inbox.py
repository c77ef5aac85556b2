"""What people's pages call: the centre, and notifications to oneself."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone, translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from notifcenter import payload
from notifcenter.api.answers import Answer
from notifcenter.api.callers import ForPeople
from notifcenter.api.fields import LineField, checked, fields_of, publication, publication_schema
from notifcenter.api.paging import Ordered, page
from notifcenter.api.parsing import StrictBooleanField, StrictIntegerField, StrictSerializer, StrictUUIDField
from notifcenter.api.schemas import ItemShape, UnreadShape, WhyShape, paged
from notifcenter.channel import channel_named
from notifcenter.inbox import changes, replay
from notifcenter.inbox.pages import Centre
from notifcenter.models import SELF, Delivery, Provider
from notifcenter.publishing.publish import publish
from notifcenter.reasons import explain

LARGEST_SELECTION = 1000
OWN_FIELDS = fields_of(widget_code=LineField(max_length=255, required=False, allow_blank=True))


class SelectionFields(StrictSerializer):
    """Either ``ids``, or ``all`` with the live cursor ``up_to`` it is bounded by."""

    ids = serializers.ListField(child=StrictUUIDField(), max_length=LARGEST_SELECTION, required=False)
    all = StrictBooleanField(required=False)
    up_to = StrictIntegerField(min_value=0, max_value=2**63 - 1, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of both."""
        if ("ids" in attrs) == bool(attrs.get("all")):
            raise serializers.ValidationError('Give either "ids" or "all": true.')
        if "up_to" in attrs and not attrs.get("all"):
            raise serializers.ValidationError({"up_to": ['It goes with "all".']})
        return attrs


class RemovalFields(StrictSerializer):
    """``{"ids": [...]}``."""

    ids = serializers.ListField(child=StrictUUIDField(), max_length=LARGEST_SELECTION)


class InboxView(ForPeople):
    """The centre."""

    @extend_schema(
        operation_id="inbox",
        parameters=[
            OpenApiParameter("unread", OpenApiTypes.INT, enum=[0, 1]),
            OpenApiParameter("provider", str),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int),
        ],
        responses=paged("InboxPage", ItemShape()),
    )
    def get(self, request: Request) -> HttpResponse:
        """Newest first, each in the one shape of a notification."""
        code = request.query_params.get("provider")
        centre = Centre(self.person.pk, _flag(request, "unread"), _known(code) if code else None)
        return page(request, centre, lambda found: payload.render_all(found, self.person))


class SummaryView(ForPeople):
    """The badge."""

    @extend_schema(operation_id="inbox_summary", responses=UnreadShape)
    def get(self, request: Request) -> HttpResponse:
        """How many are unread."""
        return Answer({"unread": replay.latest_revision(self.person.pk).unread})


class MarkView(ForPeople):
    """Mark read or unread."""

    read = True

    @extend_schema(request=SelectionFields, responses=UnreadShape)
    def post(self, request: Request) -> HttpResponse:
        """Some by id, or all up to a cursor; what is not the user's is passed over."""
        fields = SelectionFields(data=request.data)
        fields.is_valid(raise_exception=True)
        return Answer({"unread": self._mark(self.person.pk, fields.validated_data)})

    def _mark(self, user: int, chosen: dict[str, Any]) -> int:
        now = timezone.now()
        if chosen.get("up_to", 0) > replay.latest_revision(user).revision:
            raise ValidationError({"up_to": ["No frame has had this cursor yet: take it from the live socket."]})
        if chosen.get("all"):
            return changes.mark_all(user, read=self.read, up_to=chosen.get("up_to"), now=now)
        return changes.mark(user, chosen["ids"], read=self.read, now=now)


class ItemView(ForPeople):
    """One item of the centre."""

    @extend_schema(operation_id="inbox_delete", responses={204: None})
    def delete(self, request: Request, pk: UUID) -> HttpResponse:
        """Take it out of one's own centre."""
        if not changes.remove(self.person.pk, [pk], now=timezone.now()):
            raise Http404
        return HttpResponse(status=204)


class RemovalView(ForPeople):
    """Many items of the centre."""

    @extend_schema(operation_id="inbox_delete_many", request=RemovalFields, responses=UnreadShape)
    def post(self, request: Request) -> HttpResponse:
        """Take them out of one's own centre; what is not the user's is passed over."""
        fields = RemovalFields(data=request.data)
        fields.is_valid(raise_exception=True)
        changes.remove(self.person.pk, fields.validated_data["ids"], now=timezone.now())
        return Answer({"unread": replay.latest_revision(self.person.pk).unread})


class ItemDeliveriesView(ForPeople):
    """Why it reached me, or did not."""

    @extend_schema(operation_id="inbox_deliveries", responses=paged("WhyPage", WhyShape()))
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """Each channel with its state and a reason in the user's language."""
        if not changes.has(self.person.pk, pk):
            raise Http404
        rows = Delivery.objects.filter(user=self.person, notification_id=pk)
        with translation.override(self.person.language):
            return page(request, Ordered(rows, "id"), lambda found: [_why(row) for row in found], newest_first=False)


class MyNotificationsView(ForPeople):
    """Notifications to oneself: the SDK's ``add_call`` and ``add_error``."""

    @extend_schema(
        operation_id="notify_myself",
        request=publication_schema("OwnPublication", widget_code=LineField(max_length=255, required=False)),
        responses={201: inline_serializer("Added", {"id": serializers.UUIDField()})},
    )
    def post(self, request: Request) -> HttpResponse:
        """Under the provider ``widget_code``; without one, or with an unknown one, under ``self``."""
        valid = checked(request.data, OWN_FIELDS)
        source = _source(valid.get("widget_code"))
        people = {self.person.pk: self.person.receive_notifications}
        said = publish([publication(valid, source, people)], now=timezone.now())
        return Answer({"id": str(said[0].id)}, status=201)


def _source(code: str | None) -> Provider:
    known = {provider.code: provider for provider in Provider.objects.filter(code__in=[code or SELF, SELF])}
    return known.get(code or SELF, known[SELF])


def _known(code: str) -> int:
    """The provider's id, 0 for none: asked for first, as the database would else look for it in all of a large
    centre."""
    return Provider.objects.filter(code=code).values_list("pk", flat=True).first() or 0


def _why(row: Delivery) -> dict[str, Any]:
    channel = channel_named(row.channel)
    return {
        "channel": row.channel,
        "label": str(channel.label) if channel else row.channel,
        "state": row.state,
        "attempts": row.attempts,
        "reason": explain(row.reason, row.channel),
        "finished_at": int(row.finished_at.timestamp()) if row.finished_at else None,
    }


def _flag(request: Request, name: str) -> bool:
    raw = request.query_params.get(name, "0")
    if raw not in ("0", "1"):
        raise ValidationError({name: ["Give 0 or 1."]})
    return raw == "1"
