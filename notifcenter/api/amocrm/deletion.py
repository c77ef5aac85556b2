"""amoCRM's ``/v3/inbox/delete``: a widget takes items out of the centre of who is signed in."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request

from notifcenter.api.amocrm.fields import ItemsField
from notifcenter.api.amocrm.forms import JSON_OR_FORM
from notifcenter.api.authentication import SameOriginSession
from notifcenter.api.meant_for import MEANT_FOR
from notifcenter.api.response import ApiResponse
from notifcenter.api.response_serializers import UnreadSerializer
from notifcenter.api.views import UserAPIView
from notifcenter.inbox import changes
from notifcenter.inbox.changes import Selection, everything
from notifcenter.inbox.verbs import DELETE


class DeletionRequestSerializer(serializers.Serializer[Any]):
    """``{"id": [...], "all": false}``."""

    id = ItemsField()
    all = serializers.BooleanField(required=False, default=False)


class DeleteView(UserAPIView):
    """amoCRM's ``/v3/inbox/delete``."""

    authentication_classes = (SameOriginSession,)
    parser_classes = JSON_OR_FORM
    ignores_unknown = True

    @extend_schema(
        operation_id="amocrm_delete",
        request=DeletionRequestSerializer,
        responses={200: UnreadSerializer},
        parameters=[MEANT_FOR],
    )
    def post(self, request: Request) -> HttpResponse:
        """Take items out of one's own centre; what is not there is passed over.

        Pages of this site need no CSRF token: the browser's ``Sec-Fetch-Site`` or ``Origin`` is enough.
        """
        fields = DeletionRequestSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        user = self.person.pk
        ids = _ids(fields.validated_data.get("id", []))
        chosen = everything(user) if fields.validated_data["all"] else Selection(user, ids)
        return ApiResponse({"unread": changes.apply(chosen, DELETE, now=timezone.now()).unread})


@extend_schema_view(post=extend_schema(operation_id="amocrm_delete_slash"))
class SlashedDeleteView(DeleteView):
    """The same with a final slash, which OpenAPI names apart."""


def _ids(raw: list[str]) -> list[UUID]:
    """Those that are ids at all."""
    ids = []
    for text in raw:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    return ids
