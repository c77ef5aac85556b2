"""Problem documents and the responses that carry them."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from notifcenter.api.problems.codes import KINDS
from notifcenter.api.response import ApiResponse

CONTENT_TYPE = "application/problem+json"


def problem(code: str, detail: str, errors: Sequence[dict[str, str]] = (), **more: Any) -> dict[str, Any]:
    """The members of a problem document; ``more`` are members of this problem alone."""
    kind = KINDS[code]
    document = {"type": reverse("problem", args=[code]), "title": kind.title, "status": kind.status, "code": code}
    return document | {"detail": detail} | ({"errors": list(errors)} if errors else {}) | more


def problem_response(code: str, detail: str, **more: Any) -> ApiResponse:
    """A problem outside of DRF's views."""
    return as_response(problem(code, detail, **more))


def as_response(document: dict[str, Any]) -> ApiResponse:
    """The response that carries a problem document."""
    response = ApiResponse(document, status=document["status"])
    response.headers["Content-Type"] = CONTENT_TYPE
    return response
