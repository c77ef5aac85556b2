"""Errors as RFC 9457 ``application/problem+json``, each saying what to mend and where."""

import sys
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from notifcenter.api import database_errors

CONTENT_TYPE = "application/problem+json"
TITLES = {
    400: "The request is not right",
    401: "Sign in or send a good token",
    403: "Not allowed",
    404: "Not found",
    405: "This address does not take that method",
    406: "That format is not served here",
    413: "The body is too large",
    415: "Send JSON",
    422: "The idempotency key was used for something else",
    429: "Too many requests",
    500: "Our fault",
    503: "Not just now",
    507: "No room left",
}


def problem(status: int, detail: str, errors: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """The members of a problem document."""
    document: dict[str, Any] = {"type": "about:blank", "title": TITLES.get(status, "Error"), "status": status}
    return document | {"detail": detail} | ({"errors": errors} if errors else {})


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every API error in one shape; None lets Django log what nobody foresaw."""
    response = exception_handler(_as_api_error(error), context)
    if response is None:
        return None
    response.data = _document(error, response)
    response.content_type = CONTENT_TYPE
    return response


def answer(status: int, detail: str) -> JsonResponse:
    """A problem outside of DRF's views."""
    return JsonResponse(problem(status, detail), status=status, content_type=CONTENT_TYPE)


def pointers(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """DRF's nested details as a list of JSON pointers (RFC 6901) with what is wrong there."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from pointers(inner, path if name == "non_field_errors" else f"{path}/{_escaped(name)}")
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, dict | list)
            yield from pointers(inner, f"{path}/{index}" if nested else path)
    else:
        yield {"pointer": path, "detail": str(detail)}


@csrf_exempt
def not_found(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """What the API answers at addresses that do not exist."""
    return answer(404, "There is nothing at this address.")


def internal_error(request: HttpRequest) -> HttpResponse:
    """What Django answers to an error that nobody caught: a problem to programs, a page to people."""
    unavailable = database_errors.as_unavailable(sys.exc_info()[1])
    status = unavailable.status_code if unavailable else 500
    if request.path.startswith(("/api/", "/v3/")):
        response: HttpResponse = answer(
            status, str(unavailable.detail) if unavailable else "This is our mistake; it is logged."
        )
    else:
        page = render_to_string("notifcenter/internal_error.html", {"passing": bool(unavailable)})
        response = HttpResponse(page, status=status)
    if unavailable:
        response.headers["Retry-After"] = str(unavailable.wait)
    return response


def _as_api_error(error: Exception) -> Exception:
    return exceptions.NotFound() if isinstance(error, Http404) else database_errors.as_unavailable(error) or error


def _document(error: Exception, response: Response) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        errors = list(pointers(error.detail))
        return problem(response.status_code, "; ".join(_line(entry) for entry in errors[:3]), errors)
    if isinstance(error, Http404):
        return problem(404, "There is no such thing, or it is not yours.")
    if isinstance(error, PermissionDenied):
        return problem(403, "Not allowed.")
    return problem(response.status_code, str(response.data["detail"]))


def _line(entry: dict[str, str]) -> str:
    return f"{entry['pointer']}: {entry['detail']}" if entry["pointer"] else entry["detail"]


def _escaped(name: object) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")
