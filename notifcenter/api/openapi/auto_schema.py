"""How OpenAPI describes a call: besides what it takes and gives, its query and every problem it may answer with."""

from collections.abc import Iterator
from typing import Any, cast

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from notifcenter.api.meant_for import READING
from notifcenter.api.problems.codes import ERROR_CODES, KINDS
from notifcenter.api.problems.documents import CONTENT_TYPE
from notifcenter.api.query import QuerySerializer
from notifcenter.api.views import ApiView

RATE_LIMIT = {
    "RateLimit": {"schema": {"type": "string"}, "description": "What is left in this minute, where a limit applies."},
    "RateLimit-Policy": {"schema": {"type": "string"}, "description": "The limit, where one applies."},
}
RETRY_AFTER = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}}
REPLAYED = {"Idempotent-Replayed": {"schema": {"const": "true"}, "description": "The key was used before."}}
AGAIN = (429, 503, 507)
ALWAYS = (400, 405, 500, 503, 507)


class Mistake(serializers.Serializer[Any]):
    """One mistake, with its place in the body, the query or the headers."""

    code = serializers.ChoiceField(ERROR_CODES)
    detail = serializers.CharField()
    pointer = serializers.CharField(required=False, help_text="In the body: a JSON pointer (RFC 6901).")
    parameter = serializers.CharField(required=False, help_text="In the query.")
    header = serializers.CharField(required=False, help_text="In a header.")


class Problem(serializers.Serializer[Any]):
    """RFC 9457; ``type`` leads to a page that explains ``code``."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.ChoiceField(list(KINDS))
    detail = serializers.CharField()
    errors = Mistake(many=True, required=False, help_text="Every mistake, 100 at most.")  # type: ignore[assignment]
    address = serializers.CharField(required=False, help_text="The address that was probably meant.")


class ProblemSchema(AutoSchema):
    """drf-spectacular's, with problems, query parameters and the headers of limits."""

    @property
    def api_view(self) -> ApiView:
        """The view that is described."""
        return cast(ApiView, self.view)

    def get_override_parameters(self) -> list[Any]:
        """The query that the view declares for its GET."""
        query = self.api_view.query_serializer
        return [query] if self.method == "GET" and query is not QuerySerializer else []

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """The operation with its problems."""
        operation = super().get_operation(*args, **kwargs)
        if operation is not None:
            for status, response in operation["responses"].items():
                if headers := self._headers(int(status)):
                    response["headers"] = headers
            for status in self._problem_statuses(operation):
                operation["responses"].setdefault(str(status), self._problem(status))
        return operation

    def _problem_statuses(self, operation: dict[str, Any]) -> Iterator[int]:
        yield from ALWAYS
        if self.api_view.get_authenticators():
            yield from (401, 403)
        if "{" in self.path or self.api_view.may_be_gone:
            yield 404
        if self.method not in READING:
            yield 409
        if "requestBody" in operation:
            yield from (413, 415)
        if self.api_view.idempotent:
            yield 422
        if self.api_view.throttle_classes:
            yield 429

    def _problem(self, status: int) -> dict[str, Any]:
        schema = self.resolve_serializer(Problem, "response").ref
        codes = [code for code, kind in KINDS.items() if kind.status == status]
        described = {
            "description": " or ".join(f"`{code}`" for code in codes),
            "content": {CONTENT_TYPE: {"schema": schema}},
        }
        headers = (self._headers(status) if status == 429 else {}) | (RETRY_AFTER if status in AGAIN else {})
        return described | ({"headers": headers} if headers else {})

    def _headers(self, status: int) -> dict[str, Any]:
        limited = RATE_LIMIT if self.api_view.throttle_classes else {}
        return limited | (REPLAYED if status == 201 and self.api_view.idempotent else {})
