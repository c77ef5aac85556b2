"""What pages of people ask for by REST: what the SDK starts from, and who is online."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from channels_app.live import page_state, presence
from channels_app.live.visible_people import LISTED
from notifcenter.api.query import QuerySerializer
from notifcenter.api.response import ApiResponse
from notifcenter.api.views import UserAPIView
from notifcenter.plain_number import plain_number

PERSON = {
    "type": "object",
    "properties": {"id": {"type": "integer"}, "online": {"type": "boolean"}},
    "required": ["id", "online"],
}


class MeView(UserAPIView):
    """The signed-in person's page state."""

    @extend_schema(operation_id="me", responses=dict)
    def get(self, request: Request) -> HttpResponse:
        """User, cursor, unread count, version, presence, colleagues, widgets."""
        return ApiResponse(page_state.page(self.person))


@extend_schema_field({"type": "string"})
class IdsField(serializers.Field[list[int], Any, Any, Any]):
    """Ids with commas between them, at most ``LISTED``."""

    default_error_messages = {"invalid": f"Give at most {LISTED:,} ids with commas between them."}

    def to_internal_value(self, data: object) -> list[int]:
        """The ids."""
        ids = [plain_number(part) for part in str(data).split(",")]
        if len(ids) > LISTED or None in ids:
            self.fail("invalid")
        return [number for number in ids if number is not None]


class PresenceQuery(QuerySerializer):
    """Of whom to tell."""

    ids = IdsField(required=False, help_text=f"Ids with commas between them, at most {LISTED:,}.")


class PresenceView(UserAPIView):
    """Who is online."""

    query_serializer = PresenceQuery

    @extend_schema(
        operation_id="presence",
        parameters=[PresenceQuery],
        responses={200: {"type": "object", "additionalProperties": PERSON}},
    )
    def get(self, request: Request) -> HttpResponse:
        """People whom the caller may see, by id: those of ``ids``, else at most 1,000, who is online first."""
        ids = self.query.get("ids")
        seen = presence.of_listed(self.person) if ids is None else presence.of_chosen(self.person, ids)
        return ApiResponse({str(pk): {"id": pk, "online": is_here} for pk, is_here in seen.items()})


urls = [path("me/", MeView.as_view()), path("presence/", PresenceView.as_view())]
