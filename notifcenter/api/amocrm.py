"""amoCRM's own addresses: integrations and widgets work unchanged; unknown fields are ignored there."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.authentication import SessionScheme
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request

from notifcenter.api.answers import Answer
from notifcenter.api.callers import ForPeople, ForProviders
from notifcenter.api.notifications import LARGEST_BATCH
from notifcenter.api.rates import ProviderRate
from notifcenter.api.schemas import UnreadShape
from notifcenter.inbox import changes, replay
from notifcenter.models import Kind
from notifcenter.publishing import recipients
from notifcenter.publishing.publish import Publication, publish


class EventFields(serializers.Serializer[Any]):
    """One ``phone_call``; without ``users`` it is for everybody, as at amoCRM."""

    type = serializers.ChoiceField(["phone_call"])
    phone_number = serializers.CharField(max_length=64)
    users = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=2**63 - 1), required=False, allow_empty=False
    )


class EventsFields(serializers.Serializer[Any]):
    """``{"add": [...]}``."""

    add: Any = serializers.ListSerializer(child=EventFields(), allow_empty=False, max_length=LARGEST_BATCH)


class DeleteFields(serializers.Serializer[Any]):
    """``{"id": [...], "all": false}``."""

    id = serializers.ListField(child=serializers.CharField(), required=False, default=list)
    all = serializers.BooleanField(required=False, default=False)


class EventsView(ForProviders):
    """amoCRM's ``/api/v2/events``."""

    throttle_classes = (ProviderRate,)

    @extend_schema(operation_id="amocrm_events", request=EventsFields, responses={200: dict})
    def post(self, request: Request) -> HttpResponse:
        """A call notification for each phone number."""
        fields = EventsFields(data=request.data)
        fields.is_valid(raise_exception=True)
        publications = [_call(request.auth, i, event) for i, event in enumerate(fields.validated_data["add"])]
        said = publish(publications, now=timezone.now())
        return Answer({"_embedded": {"items": [{"id": str(notification.id)} for notification in said]}})


class SameOriginSession(SessionAuthentication):
    """A session without a CSRF token, as widgets call: the browser itself must say that the page is ours."""

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return "Session"

    def enforce_csrf(self, request: Request) -> None:
        """Origin and Sec-Fetch-Site, which no page can forge, stand for the token."""
        origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
        ours = origin is not None and urlsplit(origin).netloc == request.get_host()
        if site not in (None, "same-origin") or not (ours or (origin is None and site == "same-origin")):
            raise PermissionDenied("Only pages of this site may call this.")


class SameOriginScheme(SessionScheme):
    """How the schema names it: the session."""

    target_class = SameOriginSession  # type: ignore[assignment]
    name = "sameOriginSession"


class DeleteView(ForPeople):
    """amoCRM's ``/v3/inbox/delete``."""

    authentication_classes = (SameOriginSession,)

    @extend_schema(operation_id="amocrm_delete", request=DeleteFields, responses={200: UnreadShape})
    def post(self, request: Request) -> HttpResponse:
        """Take items out of one's own centre; what is not there is passed over."""
        fields = DeleteFields(data=request.data)
        fields.is_valid(raise_exception=True)
        if fields.validated_data["all"]:
            changes.remove_all(self.person.pk, now=timezone.now())
        else:
            changes.remove(self.person.pk, _ids(fields.validated_data["id"]), now=timezone.now())
        return Answer({"unread": replay.latest_revision(self.person.pk).unread})


def _call(provider: Any, index: int, event: dict[str, Any]) -> Publication:
    try:
        people = recipients.resolve(event.get("users", recipients.ALL))
    except recipients.Unknown as error:
        raise ValidationError(
            {"add": {str(index): {"users": {str(i): [why] for i, why in error.wrong.items()}}}}
        ) from None
    phone = event["phone_number"]
    return Publication(provider, Kind.CALL, phone, people, details={"phone": phone, "read_on_show": True})


def _ids(raw: list[str]) -> list[UUID]:
    found = []
    for text in raw:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
