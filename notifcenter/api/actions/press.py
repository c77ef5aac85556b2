"""Pressing an action of an item of one's own inbox."""

from typing import Any, NoReturn
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from notifcenter.api.authentication import BearerAuthentication, SameOriginSession
from notifcenter.api.exceptions import Conflict
from notifcenter.api.response import ApiResponse
from notifcenter.api.strict import StrictSerializer
from notifcenter.api.views import UserAPIView
from notifcenter.inbox import actions
from notifcenter.inbox.presses import Press

PRESSED = inline_serializer(
    "Pressed",
    {
        "state": serializers.CharField(help_text="done."),
        "by": inline_serializer("PressedBy", {"id": serializers.IntegerField(), "name": serializers.CharField()}),
        "at": serializers.IntegerField(),
    },
)


class NothingSerializer(StrictSerializer):
    """An empty object, or no body."""


class PressView(UserAPIView):
    """An action of a notification. JSON from a page of this site needs no CSRF token: push workers cannot read it."""

    authentication_classes = (BearerAuthentication, SameOriginSession)

    @extend_schema(operation_id="press_action", request=NothingSerializer, responses=PRESSED)
    def post(self, request: Request, pk: UUID, action: str) -> HttpResponse:
        """Press it. Once more is answered alike; 409 where somebody else has it, with ``by``; 400 of a link."""
        NothingSerializer(data=request.data or {}).is_valid(raise_exception=True)
        try:
            return ApiResponse(actions.act(self.person.pk, pk, action, now=timezone.now()).as_done())
        except actions.NoSuchAction:
            raise Http404 from None
        except actions.IsLink:
            why = ErrorDetail("This action is a link: open its url.", "invalid")
            raise ValidationError({"non_field_errors": [why]}) from None
        except actions.Taken as taken:
            _refuse(taken.press)


def _refuse(press: Press) -> NoReturn:
    """Raises Conflict."""
    by: Any = press.by()
    who = by["name"] if by else "Somebody who is gone"
    raise Conflict(f"{who} has done it already.", by=by, at=int(press.at.timestamp()))
