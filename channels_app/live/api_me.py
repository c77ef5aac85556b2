"""What the SDK on a page of another site starts from."""

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from channels_app.live import page_state
from notifcenter.api.response import ApiResponse
from notifcenter.api.views import UserAPIView


class MeView(UserAPIView):
    """The signed-in person, as the SDK needs them."""

    @extend_schema(operation_id="me", responses=dict)
    def get(self, request: Request) -> HttpResponse:
        """User, cursor, unread count, version, presence, colleagues, widgets."""
        return ApiResponse(page_state.page(self.person))


urls = [path("me/", MeView.as_view())]
