"""Who may call: the views of providers, and the views of people."""

from typing import Any

from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from notifcenter.api.authentication import BearerAuthentication
from notifcenter.models import Provider


class IsProvider(BasePermission):
    """Only with a provider's token."""

    message = "This call needs a provider's token."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the token is one."""
        return isinstance(request.auth, Provider)


class IsUser(BasePermission):
    """Only a signed-in person, by session or user token."""

    message = "This call needs a signed-in user or a user token."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether it is somebody."""
        return bool(request.user.is_authenticated)


class ProviderAPIView(APIView):
    """A view that providers call."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (IsProvider,)


class UserAPIView(APIView):
    """A view that people's pages call."""

    authentication_classes: tuple[type[BaseAuthentication], ...] = (BearerAuthentication, SessionAuthentication)
    permission_classes = (IsUser,)

    @property
    def person(self) -> Any:
        """Who calls: a row of settings.AUTH_USER_MODEL."""
        return self.request.user
