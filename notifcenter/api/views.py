"""The base views: who may call, and which query parameters there are."""

from typing import Any, NoReturn

from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from notifcenter.api.authentication import BearerAuthentication
from notifcenter.api.exceptions import NotAuthenticated
from notifcenter.api.problems.validation_errors import QueryError
from notifcenter.api.query import QuerySerializer
from notifcenter.api.throttling import Usage
from notifcenter.models import Provider


class FixedNegotiation(BaseContentNegotiation):
    """A view has one renderer, whatever the caller accepts."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """The first that takes the body's media type; DRF answers 415 for None."""
        media_type = request.content_type.partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


class IsProvider(BasePermission):
    """Only with a provider's token."""

    message = "This call needs a provider's token."
    code = "wrong_token_kind"

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.auth, Provider)


class IsUser(BasePermission):
    """Only a signed-in person, by session or user token."""

    message = "This call needs a signed-in user or a user token."
    code = "wrong_token_kind"

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.user.is_authenticated)


class ApiView(APIView):
    """A view of the API: it refuses query parameters that its GET does not declare, unless it ``ignores_unknown``.

    ``idempotent``: it takes an Idempotency-Key. ``may_be_gone``: its body names what may not be there, which is 404.
    """

    content_negotiation_class = FixedNegotiation
    query_serializer: type[QuerySerializer] = QuerySerializer
    ignores_unknown = False
    idempotent = False
    may_be_gone = False
    usage: Usage | None = None

    def cost(self, request: Request) -> int:
        """How many publications this call counts as against a rate limit."""
        return 1

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check the query once it is sure who calls; raises QueryError."""
        super().initial(request, *args, **kwargs)
        self.query = self._checked_query(request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """With the rate limit's headers where one applies."""
        if self.usage is not None:
            self.usage.write_to(response)
        return super().finalize_response(request, response, *args, **kwargs)

    def permission_denied(self, request: Request, message: str | None = None, code: str | None = None) -> NoReturn:
        """401 to whom nobody knows, 403 to the others; both by raising."""
        if request.authenticators and not request.successful_authenticator:
            raise NotAuthenticated(request.META.get("HTTP_AUTHORIZATION", ""))
        super().permission_denied(request, message, code)

    def _checked_query(self, request: Request) -> dict[str, Any]:
        serializer = self.query_serializer if request.method in ("GET", "HEAD") else QuerySerializer
        if serializer is QuerySerializer and (self.ignores_unknown or not request.GET):
            return {}
        query = serializer(data=request.GET.dict())
        try:
            query.is_valid(raise_exception=True)
        except ValidationError as error:
            raise QueryError(error.detail) from None
        return dict(query.validated_data)


class ProviderAPIView(ApiView):
    """A view that providers call."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (IsProvider,)

    @property
    def provider(self) -> Provider:
        """Who calls."""
        return self.request.auth  # type: ignore[return-value]


class UserAPIView(ApiView):
    """A view that people's pages call."""

    authentication_classes: tuple[type[BaseAuthentication], ...] = (BearerAuthentication, SessionAuthentication)
    permission_classes = (IsUser,)

    @property
    def person(self) -> Any:
        """Who calls: a row of settings.AUTH_USER_MODEL."""
        return self.request.user
