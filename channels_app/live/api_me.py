"""What pages of people ask for by REST: what the SDK starts from, and who is online."""

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from channels_app.live import page_state, presence
from channels_app.live.visible_people import LISTED
from notifcenter.api.answers import Answer
from notifcenter.api.callers import ForPeople

ID_DIGITS = 18
IDS = OpenApiParameter("ids", description=f"Ids with commas between them, at most {LISTED:,}.")
PERSON = {
    "type": "object",
    "properties": {"id": {"type": "integer"}, "online": {"type": "boolean"}},
    "required": ["id", "online"],
}


class MeView(ForPeople):
    """The signed-in person's page state."""

    @extend_schema(operation_id="me", responses=dict)
    def get(self, request: Request) -> HttpResponse:
        """User, cursor, unread count, version, presence, colleagues, widgets."""
        return Answer(page_state.page(self.person))


class PresenceView(ForPeople):
    """Who is online."""

    @extend_schema(
        operation_id="presence",
        parameters=[IDS],
        responses={200: {"type": "object", "additionalProperties": PERSON}},
    )
    def get(self, request: Request) -> HttpResponse:
        """People whom the caller may see, by id: those of ``ids``, else at most 1,000, who is online first."""
        ids = request.query_params.get("ids")
        seen = presence.of_listed(self.person) if ids is None else presence.of_chosen(self.person, _parsed(ids))
        return Answer({str(pk): {"id": pk, "online": is_here} for pk, is_here in seen.items()})


def _parsed(text: str) -> list[int]:
    """Raises ValidationError."""
    parts = text.split(",")
    if len(parts) > LISTED or not all(part.isascii() and part.isdigit() and len(part) <= ID_DIGITS for part in parts):
        raise ValidationError({"ids": [f"Give at most {LISTED:,} ids with commas between them."]})
    return [int(part) for part in parts]


urls = [path("me/", MeView.as_view()), path("presence/", PresenceView.as_view())]
