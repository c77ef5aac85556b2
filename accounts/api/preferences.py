"""A person's preferences over REST."""

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounts.api.preference_fields import PreferencesSerializer, changes_in
from accounts.preferences.changes import change
from accounts.preferences.overview import overview
from notifcenter.api.response import ApiResponse
from notifcenter.api.views import UserAPIView


class PreferencesView(UserAPIView):
    """What one chose: the master switch, each provider's channels, the mail mode, the digest's hour."""

    @extend_schema(operation_id="preferences", responses=PreferencesSerializer)
    def get(self, request: Request) -> HttpResponse:
        """All of it, with the defaults where nothing was chosen."""
        return ApiResponse(overview(self.person))

    @extend_schema(operation_id="change_preferences", request=PreferencesSerializer, responses=PreferencesSerializer)
    def patch(self, request: Request) -> HttpResponse:
        """Change any part; one wrong part, and nothing changes. Answers with the whole."""
        change(self.person, changes_in(request.data), timezone.now())
        return ApiResponse(overview(self.person))
