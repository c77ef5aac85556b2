"""amoCRM's ``/api/v2/events``: telephony, or a widget in a page, tells people of a call."""

import html
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from notifcenter import payload
from notifcenter.api.amocrm.fields import PhoneField, UsersField
from notifcenter.api.amocrm.forms import JSON_OR_FORM
from notifcenter.api.authentication import BearerAuthentication, SameOriginSession
from notifcenter.api.fields import LineField
from notifcenter.api.meant_for import MEANT_FOR
from notifcenter.api.notifications import BATCH_MAX
from notifcenter.api.publications import unknown_recipients
from notifcenter.api.response import ApiResponse
from notifcenter.api.throttling import ProviderThrottle, SelfThrottle
from notifcenter.api.views import ApiView
from notifcenter.calls import identified
from notifcenter.models import SELF, Kind, Notification, Provider
from notifcenter.publishing import recipients
from notifcenter.publishing.publication import Mistake, Publication


class EventSerializer(serializers.Serializer[Any]):
    """One ``phone_call``; without ``users`` it is for everybody, as at amoCRM.

    Beyond amoCRM: one under a ``key`` that is in use changes what stands there, and with ``renew`` rings again.
    """

    type = serializers.ChoiceField(["phone_call"])
    phone_number = PhoneField()
    users = UsersField()
    key = LineField(max_length=255, required=False, allow_blank=True)
    renew = serializers.BooleanField(required=False)


class EventListSerializer(serializers.ListSerializer[Any]):
    """A batch; one that is too long is refused before its entries are looked at."""

    def to_internal_value(self, data: Any) -> list[Any]:
        if isinstance(data, list) and len(data) > BATCH_MAX:
            raise ValidationError({"non_field_errors": [ErrorDetail(f"Give {BATCH_MAX} at most.", "too_long")]})
        return super().to_internal_value(data)


class EventsRequestSerializer(serializers.Serializer[Any]):
    """``{"add": [...]}``."""

    add: Any = EventListSerializer(child=EventSerializer(), allow_empty=False)


class CallResponseSerializer(serializers.Serializer[Any]):
    """A call that was stored; the caller is no contact that is known here."""

    id = serializers.UUIDField()
    uid = serializers.UUIDField()
    element_id = serializers.IntegerField(allow_null=True)
    element_type = serializers.IntegerField(allow_null=True)
    phone_number = serializers.CharField()


LINK = inline_serializer("AmocrmLink", {"href": serializers.CharField(), "method": serializers.CharField()})
LINKS = inline_serializer("AmocrmLinks", {"self": LINK})
ITEMS = inline_serializer("AmocrmItems", {"items": CallResponseSerializer(many=True)})
RESPONSE = inline_serializer("AmocrmEvents", {"_links": LINKS, "_embedded": ITEMS})


class IsProviderOrOwnPage(BasePermission):
    """Only with a provider's token, or from a page of this site by its session."""

    message = "This call needs a provider's token, or the session of a page of this site."
    code = "wrong_token_kind"

    def has_permission(self, request: Request, view: Any) -> bool:
        by_session = isinstance(request.successful_authenticator, SameOriginSession)
        return by_session or isinstance(request.auth, Provider)


class EventsView(ApiView):
    """amoCRM's ``/api/v2/events``."""

    authentication_classes = (BearerAuthentication, SameOriginSession)
    permission_classes = (IsProviderOrOwnPage,)
    parser_classes = JSON_OR_FORM
    throttle_classes = (ProviderThrottle, SelfThrottle)
    ignores_unknown = True

    def get_throttles(self) -> list[BaseThrottle]:
        """The provider's limit, or that of people for themselves."""
        return [SelfThrottle() if self.request.auth is None else ProviderThrottle()]

    def cost(self, request: Request) -> int:
        """Each event counts."""
        events = request.data.get("add") if isinstance(request.data, dict) else None
        return max(1, len(events)) if isinstance(events, list) else 1

    @extend_schema(
        operation_id="amocrm_events",
        request=EventsRequestSerializer,
        responses={200: RESPONSE},
        parameters=[MEANT_FOR],
    )
    def post(self, request: Request) -> HttpResponse:
        """A call notification for each phone number; without ``users`` it is for everybody.

        By the session of a page of this site it belongs to ``self``, and reaches people whom the person may see.
        """
        fields = EventsRequestSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        events = fields.validated_data["add"]
        publications = _publications(request, events)
        try:
            published = identified.accept(publications, now=timezone.now())
        except Mistake as mistake:
            raise ValidationError({"add": {str(mistake.index): {mistake.field: [str(mistake)]}}}) from None
        links = {"self": {"href": request.path, "method": "post"}}
        items = [_item(one.notification, event) for one, event in zip(published, events, strict=True)]
        return ApiResponse({"_links": links, "_embedded": {"items": items}})


@extend_schema_view(post=extend_schema(operation_id="amocrm_events_slash"))
class SlashedEventsView(EventsView):
    """The same with a final slash, which OpenAPI names apart."""


def _publications(request: Request, events: list[dict[str, Any]]) -> list[Publication]:
    """Raises ValidationError that points at every user who is unknown, or whom the person may not see."""
    provider: Any = request.auth or Provider.objects.get(code=SELF)
    person: Any = None if request.auth else request.user
    publications: list[Publication] = []
    wrong: dict[str, Any] = {}
    for index, event in enumerate(events):
        users = event.get("users", recipients.ALL)
        try:
            people = recipients.resolve([users] if isinstance(users, int) else users, seen_by=person)
            publications.append(_publication(provider, event, people, person))
        except recipients.Unknown as error:
            unknown = unknown_recipients(error.wrong)
            wrong[str(index)] = {"users": unknown["0"] if isinstance(users, int) else unknown}
    if wrong:
        raise ValidationError({"add": wrong})
    return publications


def _publication(provider: Any, event: dict[str, Any], people: dict[int, bool], person: Any) -> Publication:
    """A call; only what has digits can be dialled. What a page publishes under a key is its person's own."""
    phone, users, key = event["phone_number"], event.get("users", recipients.ALL), event.get("key", "")
    details: dict[str, Any] = {"read_on_show": True} | ({"phone": phone} if any(map(str.isdecimal, phone)) else {})
    return Publication(
        provider,
        Kind.CALL,
        html.escape(phone, quote=False),
        people,
        details=details | ({"key": key} if key else {}),
        named=[users] if isinstance(users, int) else users,
        owner=person.pk if person else 0,
        key=key,
        renew=event.get("renew", False),
    )


def _item(notification: Notification, event: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": str(notification.id),
        "uid": payload.uid(notification),
        "element_id": None,
        "element_type": None,
        "phone_number": event["phone_number"],
    }
