"""What people's pages call: their inbox."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone, translation
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from notifcenter import readable
from notifcenter.api.inbox.filter_query import FilterQuery, InboxQuery, as_filter
from notifcenter.api.paging import page
from notifcenter.api.query import PageQuery
from notifcenter.api.response import ApiResponse
from notifcenter.api.response_serializers import (
    FoundSerializer,
    SummarySerializer,
    UnreadSerializer,
    WhySerializer,
    paged,
)
from notifcenter.api.strict import (
    StrictBooleanField,
    StrictIntegerField,
    StrictListField,
    StrictSerializer,
    StrictUUIDField,
)
from notifcenter.api.views import UserAPIView
from notifcenter.channel import channel_named
from notifcenter.content import plain_text
from notifcenter.inbox import changes, replay
from notifcenter.inbox.pages import Centre, Item
from notifcenter.inbox.receipts import Receipt, Receipts
from notifcenter.inbox.search import Query
from notifcenter.models import Delivery
from notifcenter.reasons import explain, story

SELECTION_MAX = 1000


class SelectionRequestSerializer(StrictSerializer):
    """Either ``ids``, or ``all`` with the live cursor ``up_to`` it is bounded by."""

    ids = StrictListField(child=StrictUUIDField(), max_length=SELECTION_MAX, required=False)
    all = StrictBooleanField(required=False)
    up_to = StrictIntegerField(min_value=0, max_value=2**63 - 1, required=False)

    def mistakes_among(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """One of both, and ``up_to`` only with ``all``."""
        errors: dict[str, Any] = {}
        if ("ids" in data) == bool(data.get("all")):
            code = "invalid" if "ids" in data else "required"
            errors["non_field_errors"] = [ErrorDetail('Give either "ids" or "all": true.', code)]
        if "up_to" in data and not data.get("all"):
            errors["up_to"] = [ErrorDetail('It goes with "all".', "invalid")]
        return errors


class RemovalRequestSerializer(StrictSerializer):
    """``{"ids": [...]}``."""

    ids = StrictListField(child=StrictUUIDField(), max_length=SELECTION_MAX)


class InboxView(UserAPIView):
    """The inbox."""

    query_serializer = InboxQuery

    @extend_schema(operation_id="inbox", responses=paged("InboxPage", FoundSerializer()))
    def get(self, request: Request) -> HttpResponse:
        """Newest first, each in the one shape of a notification; with ``q`` also where it matches."""
        chosen = as_filter(self.query, self.person)
        return page(request, self.query, Centre(self.person.pk, chosen), self._shown)

    def _shown(self, items: list[Item]) -> list[dict[str, Any]]:
        shown: list[dict[str, Any]] = readable.render_all(items, self.person, readable=self.query["readable"])
        query: Query | None = self.query.get("q")
        if query is not None:
            for item, each in zip(items, shown, strict=True):
                text = plain_text(item.notification.text)
                each["hits"] = {"title": query.hits(each["body"]["title"]), "text": query.hits(text)}
        return shown


class SummaryView(UserAPIView):
    """The badge, and counts of what matches a filter."""

    query_serializer = FilterQuery

    @extend_schema(operation_id="inbox_summary", responses=SummarySerializer)
    def get(self, request: Request) -> HttpResponse:
        """How many are unread in all; with a filter also how many match it, by kind, provider and category."""
        unread = {"unread": replay.latest_revision(self.person.pk).unread}
        if not request.query_params:
            return ApiResponse(unread)
        return ApiResponse(unread | Centre(self.person.pk, as_filter(self.query, self.person)).counts())


class MarkView(UserAPIView):
    """Mark read or unread."""

    read = True

    @extend_schema(request=SelectionRequestSerializer, responses=UnreadSerializer)
    def post(self, request: Request) -> HttpResponse:
        """Some by id, or all up to a cursor; what is not the user's is passed over."""
        fields = SelectionRequestSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        return ApiResponse({"unread": self._mark(self.person.pk, fields.validated_data)})

    def _mark(self, user: int, chosen: dict[str, Any]) -> int:
        now = timezone.now()
        if chosen.get("up_to", 0) > replay.latest_revision(user).revision:
            raise ValidationError({"up_to": ["No frame has had this cursor yet: take it from the live socket."]})
        if chosen.get("all"):
            return changes.mark_all(user, read=self.read, up_to=chosen.get("up_to"), now=now)
        return changes.mark(user, chosen["ids"], read=self.read, now=now)


class ItemView(UserAPIView):
    """One item of the centre."""

    @extend_schema(operation_id="inbox_delete", responses={204: None})
    def delete(self, request: Request, pk: UUID) -> HttpResponse:
        """Take it out of one's own centre."""
        if not changes.remove(self.person.pk, [pk], now=timezone.now()):
            raise Http404
        return HttpResponse(status=204)


class RemovalView(UserAPIView):
    """Many items of the centre."""

    @extend_schema(operation_id="inbox_delete_many", request=RemovalRequestSerializer, responses=UnreadSerializer)
    def post(self, request: Request) -> HttpResponse:
        """Take them out of one's own centre; what is not the user's is passed over."""
        fields = RemovalRequestSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        changes.remove(self.person.pk, fields.validated_data["ids"], now=timezone.now())
        return ApiResponse({"unread": replay.latest_revision(self.person.pk).unread})


class ItemDeliveriesView(UserAPIView):
    """Why it reached me, or did not."""

    query_serializer = PageQuery

    @extend_schema(operation_id="inbox_deliveries", responses=paged("WhyPage", WhySerializer()))
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """Each channel with its state and a reason in the user's language; of the centre also updates, repeats and
        who pressed an action."""
        if not changes.has(self.person.pk, pk):
            raise Http404
        receipts = Receipts(pk, self.person.pk)
        with translation.override(self.person.language):
            return page(request, self.query, receipts, _all_why, newest_first=False)


def _all_why(receipts: list[Receipt]) -> list[dict[str, Any]]:
    return [_why(receipt.delivery) for receipt in receipts]


def _why(row: Delivery) -> dict[str, Any]:
    channel = channel_named(row.channel)
    reason = explain(row.reason, row.channel)
    if channel and channel.always_on:
        reason = f"{reason} {story(row.notification, row.user_id)}".strip()
    return {
        "channel": row.channel,
        "label": str(channel.label) if channel else row.channel,
        "state": row.state,
        "attempts": row.attempts,
        "reason": reason,
        "finished_at": int(row.finished_at.timestamp()) if row.finished_at else None,
    }
