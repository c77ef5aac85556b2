"""What people's pages call: their inbox."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone, translation
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from notifcenter import readable
from notifcenter.api.inbox.filter_query import FilterQuery, InboxQuery, as_filter
from notifcenter.api.inbox.selection import (
    SelectionRequestSerializer,
    SnoozeRequestSerializer,
    UndoRequestSerializer,
    check_calling,
    selection,
)
from notifcenter.api.paging import page
from notifcenter.api.query import PageQuery
from notifcenter.api.response import ApiResponse
from notifcenter.api.response_serializers import (
    ChangedSerializer,
    FoundSerializer,
    SummarySerializer,
    UndoneSerializer,
    WhySerializer,
    paged,
)
from notifcenter.api.views import UserAPIView
from notifcenter.channel import channel_named
from notifcenter.content import plain_text
from notifcenter.inbox import changes, replay, undo
from notifcenter.inbox.changes import Applied, Selection
from notifcenter.inbox.pages import Centre, Item
from notifcenter.inbox.receipts import Receipt, Receipts
from notifcenter.inbox.search import Query
from notifcenter.inbox.verbs import DELETE, READ, SNOOZE, Verb
from notifcenter.models import Delivery
from notifcenter.reasons import explain, story


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


class ChangeView(UserAPIView):
    """Do something with many items: ``verb``."""

    verb: Verb = READ
    request_serializer: type[SelectionRequestSerializer] = SelectionRequestSerializer

    @extend_schema(request=SelectionRequestSerializer, responses=ChangedSerializer)
    def post(self, request: Request) -> HttpResponse:
        """Some by id, or all that match; what is not the user's is passed over, and what is so already."""
        fields = self.request_serializer(data=request.data)
        fields.is_valid(raise_exception=True)
        until = fields.validated_data.get("until")
        check_calling(until, self.person.pk)
        chosen = selection(fields.validated_data, self.person)
        return ApiResponse(_shown(changes.apply(chosen, self.verb, now=timezone.now(), until=until)))


class SnoozeView(ChangeView):
    """Put items off."""

    verb = SNOOZE
    request_serializer = SnoozeRequestSerializer

    @extend_schema(request=SnoozeRequestSerializer, responses=ChangedSerializer)
    def post(self, request: Request) -> HttpResponse:
        """They leave the list, and come back at that time as unread and newest, or when the user's call ends."""
        return super().post(request)


class UndoView(UserAPIView):
    """Take a call back."""

    may_be_gone = True

    @extend_schema(operation_id="inbox_undo", request=UndoRequestSerializer, responses=UndoneSerializer)
    def post(self, request: Request) -> HttpResponse:
        """Each item as it was, within 60 seconds, once; 404 after that. What changed otherwise since stays as it is."""
        fields = UndoRequestSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        try:
            unread, changed = undo.undo(self.person.pk, fields.validated_data["undo"], now=timezone.now())
        except undo.TooLate:
            raise NotFound("It can be undone once, within a minute.") from None
        return ApiResponse({"unread": unread, "changed": changed})


class ItemView(UserAPIView):
    """One item of the centre."""

    @extend_schema(operation_id="inbox_delete", responses={204: None})
    def delete(self, request: Request, pk: UUID) -> HttpResponse:
        """Take it out of one's own centre."""
        if not changes.apply(Selection(self.person.pk, [pk]), DELETE, now=timezone.now()).changed:
            raise Http404
        return HttpResponse(status=204)


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


def _shown(applied: Applied) -> dict[str, Any]:
    return {"unread": applied.unread, "changed": applied.changed, "undo": applied.undo and str(applied.undo)}


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
