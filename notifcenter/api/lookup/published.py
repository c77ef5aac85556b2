"""What providers look up: a list of their own notifications, and numbers by day."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request

from notifcenter.api.fields import NAME_MAX
from notifcenter.api.lookup.state import documents
from notifcenter.api.notifications import PublishView
from notifcenter.api.paging import page
from notifcenter.api.query import Cursor, CursorField, DigitsField, PageQuery, QuerySerializer, TextField
from notifcenter.api.response import ApiResponse
from notifcenter.api.response_serializers import PublicationStateSerializer, paged
from notifcenter.api.strict import StrictChoiceField
from notifcenter.api.views import ProviderAPIView
from notifcenter.content import LAST_SECOND, without_marks_around
from notifcenter.models import Kind
from notifcenter.operation import listing, statistics
from notifcenter.operation.listing import Listing
from notifcenter.plain_number import plain_number
from notifcenter.usernames import Ambiguous, owners

DAYS_MAX = 90
NOBODY = 0


class PlaceField(CursorField):
    """A cursor of the list, whose places are larger than a column."""

    _MOST = listing.PLACE_MAX

    def to_internal_value(self, data: object) -> Cursor:
        """The cursor."""
        return super().to_internal_value(data)


class WordsField(TextField):
    """Words to look for; there must be one."""

    default_error_messages = {"invalid": "Give a word: letters or digits."}

    def to_internal_value(self, data: object) -> list[str]:  # type: ignore[override]
        """[word]."""
        return listing.split(super().to_internal_value(data)) or self.fail("invalid")


class PublishedQuery(PageQuery):
    """Which of its own notifications."""

    cursor = PlaceField(required=False)
    key = TextField()
    kind = StrictChoiceField(Kind.values, required=False)
    category = TextField()
    recipient = TextField(help_text="The id or username of somebody who has it; an unknown one finds nothing.")
    q = WordsField(help_text="Each word must begin a word of header, text, from, to or the element's name.")
    until = DigitsField(min_value=0, max_value=LAST_SECOND, required=False, help_text="Unix seconds, exclusive.")

    def get_fields(self) -> dict[str, Any]:
        """With ``from``, a reserved word of Python."""
        since = DigitsField(min_value=0, max_value=LAST_SECOND, required=False, help_text="Unix seconds, inclusive.")
        return super().get_fields() | {"from": since}


class NotificationsView(PublishView):
    """A provider's notifications."""

    query_serializer = PublishedQuery

    def get_throttles(self) -> list[Any]:
        """Only publications count."""
        return super().get_throttles() if self.request.method == "POST" else []

    @extend_schema(operation_id="notifications", responses=paged("NotificationPage", PublicationStateSerializer()))
    def get(self, request: Request) -> HttpResponse:
        """Its own, newest first. A page that had to look far for ``q`` may be short: go on by ``next``."""
        return page(request, self.query, _listing(self.provider.pk, self.query), documents)


class StatsQuery(QuerySerializer):
    """How far back."""

    days = DigitsField(min_value=1, max_value=DAYS_MAX, required=False, default=30)


STATS = inline_serializer(
    "Stats",
    {
        "days": serializers.ListField(
            child=inline_serializer(
                "StatsDay",
                {
                    "date": serializers.DateField(),
                    "published": serializers.IntegerField(),
                    "read": serializers.IntegerField(),
                    "channels": serializers.DictField(
                        child=serializers.DictField(child=serializers.IntegerField()),
                        help_text="By channel: sent, failed, muted.",
                    ),
                },
            )
        ),
        "median_seconds_until_read": serializers.IntegerField(allow_null=True),
    },
)


class StatsView(ProviderAPIView):
    """Numbers by day."""

    query_serializer = StatsQuery

    @extend_schema(operation_id="stats", responses=STATS)
    def get(self, request: Request) -> HttpResponse:
        """Of what was published on each day, oldest first, in the installation's time zone: how it was received.

        Numbers of the days before today may be an hour old; they settle after a week.
        """
        return ApiResponse(statistics.of(self.provider.pk, days=self.query["days"], now=timezone.now()))


def _listing(provider: int, query: dict[str, Any]) -> Listing:
    given = {name: without_marks_around(query[name]) for name in ("key", "category") if query.get(name)}
    return Listing(
        provider,
        given,
        kind=query.get("kind", ""),
        recipient=_user(query["recipient"]) if query.get("recipient") else None,
        words=query.get("q", ()),
        since=_moment(query.get("from")),
        until=_moment(query.get("until")),
    )


def _user(name: str) -> int:
    number = plain_number(name)
    if number is not None or len(name) > NAME_MAX:
        return number or NOBODY
    try:
        owner = owners([name]).get(name)
    except Ambiguous:
        return NOBODY
    return owner.id if owner else NOBODY


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
