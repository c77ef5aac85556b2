"""amoCRM's own addresses: integrations and widgets work unchanged; unknown fields are ignored there."""

import html
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.authentication import SessionScheme
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import ErrorDetail, PermissionDenied, ValidationError
from rest_framework.request import Request

from notifcenter import content
from notifcenter.api.inbox import SELECTION_MAX
from notifcenter.api.notifications import BATCH_MAX
from notifcenter.api.publications import unknown_recipients
from notifcenter.api.response import ApiResponse
from notifcenter.api.response_serializers import UnreadSerializer
from notifcenter.api.strict import StrictListField
from notifcenter.api.throttling import ProviderThrottle
from notifcenter.api.views import ProviderAPIView, UserAPIView
from notifcenter.inbox import changes, replay
from notifcenter.models import Kind
from notifcenter.publishing import recipients
from notifcenter.publishing.publish import Publication, publish
from notifcenter.publishing.recipients import RECIPIENTS_MAX


class PhoneField(serializers.CharField):
    """A number as it is dialled or shown: a string or a number, without invisible marks."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=64, **options)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """The number, validated as it will be shown."""
        return super().run_validation(content.without_marks(data[:1000]) if isinstance(data, str) else data)


class EventSerializer(serializers.Serializer[Any]):
    """One ``phone_call``; without ``users`` it is for everybody, as at amoCRM."""

    type = serializers.ChoiceField(["phone_call"])
    phone_number = PhoneField()
    users = StrictListField(
        child=serializers.IntegerField(min_value=0, max_value=2**63 - 1),
        max_length=RECIPIENTS_MAX,
        required=False,
        allow_empty=False,
    )


class EventListSerializer(serializers.ListSerializer[Any]):
    """A batch; one that is too long is refused before its entries are looked at."""

    def to_internal_value(self, data: Any) -> list[Any]:
        if isinstance(data, list) and len(data) > BATCH_MAX:
            raise ValidationError({"non_field_errors": [ErrorDetail(f"Give {BATCH_MAX} at most.", "too_long")]})
        return super().to_internal_value(data)


class EventsRequestSerializer(serializers.Serializer[Any]):
    """``{"add": [...]}``."""

    add: Any = EventListSerializer(child=EventSerializer(), allow_empty=False)


class DeletionRequestSerializer(serializers.Serializer[Any]):
    """``{"id": [...], "all": false}``."""

    id = StrictListField(child=serializers.CharField(max_length=64), max_length=SELECTION_MAX, required=False)
    all = serializers.BooleanField(required=False, default=False)


class EventsView(ProviderAPIView):
    """amoCRM's ``/api/v2/events``."""

    throttle_classes = (ProviderThrottle,)
    ignores_unknown = True

    def cost(self, request: Request) -> int:
        """Each event counts."""
        events = request.data.get("add") if isinstance(request.data, dict) else None
        return max(1, len(events)) if isinstance(events, list) else 1

    @extend_schema(operation_id="amocrm_events", request=EventsRequestSerializer, responses={200: dict})
    def post(self, request: Request) -> HttpResponse:
        """A call notification for each phone number."""
        fields = EventsRequestSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        publications = _publications(request.auth, fields.validated_data["add"])
        published = publish(publications, now=timezone.now())
        return ApiResponse({"_embedded": {"items": [{"id": str(notification.id)} for notification in published]}})


class SameOriginSession(SessionAuthentication):
    """A session without a CSRF token, as widgets call: the browser itself must say that the page is ours."""

    def authenticate_header(self, request: Request) -> str:
        """The scheme that ``WWW-Authenticate`` of a 401 names."""
        return "Session"

    def enforce_csrf(self, request: Request) -> None:
        """``Origin`` and ``Sec-Fetch-Site``, which no page can forge, replace the token; raises PermissionDenied."""
        origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
        ours = origin is not None and urlsplit(origin).netloc == request.get_host()
        if site not in (None, "same-origin") or not (ours or (origin is None and site == "same-origin")):
            raise PermissionDenied("Only pages of this site may call this.")


class SameOriginScheme(SessionScheme):
    """How the schema names it: the session."""

    target_class = SameOriginSession  # type: ignore[assignment]
    name = "sameOriginSession"


class DeleteView(UserAPIView):
    """amoCRM's ``/v3/inbox/delete``."""

    authentication_classes = (SameOriginSession,)
    ignores_unknown = True

    @extend_schema(operation_id="amocrm_delete", request=DeletionRequestSerializer, responses={200: UnreadSerializer})
    def post(self, request: Request) -> HttpResponse:
        """Take items out of one's own centre; what is not there is passed over."""
        fields = DeletionRequestSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        if fields.validated_data["all"]:
            changes.remove_all(self.person.pk, now=timezone.now())
        else:
            changes.remove(self.person.pk, _ids(fields.validated_data.get("id", [])), now=timezone.now())
        return ApiResponse({"unread": replay.latest_revision(self.person.pk).unread})


def _publications(provider: Any, events: list[dict[str, Any]]) -> list[Publication]:
    """Raises ValidationError that points at every unknown user."""
    publications: list[Publication] = []
    wrong: dict[str, Any] = {}
    for index, event in enumerate(events):
        try:
            people = recipients.resolve(event.get("users", recipients.ALL))
            publications.append(_publication(provider, event["phone_number"], people))
        except recipients.Unknown as error:
            wrong[str(index)] = {"users": unknown_recipients(error.wrong)}
    if wrong:
        raise ValidationError({"add": wrong})
    return publications


def _publication(provider: Any, phone: str, people: dict[int, bool]) -> Publication:
    """A call; only what has digits can be dialled."""
    details: dict[str, Any] = {"read_on_show": True} | ({"phone": phone} if any(map(str.isdigit, phone)) else {})
    return Publication(provider, Kind.CALL, html.escape(phone, quote=False), people, details=details)


def _ids(raw: list[str]) -> list[UUID]:
    """Those that are ids at all."""
    ids = []
    for text in raw:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    return ids
