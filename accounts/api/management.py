"""Who may call the management API: a host application, by a management token."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied as Denied
from django.core.exceptions import ValidationError as Invalid
from rest_framework import exceptions, serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import HostToken
from notifcenter.api.authentication import BearerAuthentication
from notifcenter.api.views import ApiView


class IsManagementClient(BasePermission):
    """Only with a management token."""

    message = "This call needs a management token."
    code = "wrong_token_kind"

    def has_permission(self, request: Request, view: object) -> bool:
        """Whether the token is one."""
        return isinstance(request.auth, HostToken)


class ForManagementClients(ApiView):
    """A view that host applications call."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (IsManagementClient,)

    def handle_exception(self, exc: Exception) -> Response:
        """With the words of a PermissionDenied of the layers below."""
        return super().handle_exception(exceptions.PermissionDenied(str(exc)) if isinstance(exc, Denied) else exc)


def run_check(check: Callable[[str], object], value: str) -> None:
    """Run a validator of Django's on a part of the address; raises DRF's ValidationError."""
    try:
        check(value)
    except Invalid as error:
        raise serializers.ValidationError({"non_field_errors": error.messages}) from None
