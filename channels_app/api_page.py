"""What the SDK on a page of another site starts from."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from channels_app import bootstrap
from notifcenter.api.callers import ForPeople


class MeView(ForPeople):
    """The signed-in person, as the SDK needs them."""

    @extend_schema(operation_id="me", responses=dict)
    def get(self, request: Request) -> Response:
        """User, cursor, unread count, version, presence, colleagues, widgets."""
        return Response(bootstrap.page(self.person))


urls = [path("me/", MeView.as_view())]
