"""From exceptions to problems: for DRF's views, and for what Django answers by itself."""

import sys
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from notifcenter import error_pages
from notifcenter.api.database_errors import as_unavailable
from notifcenter.api.exceptions import Conflict
from notifcenter.api.problems import slips
from notifcenter.api.problems.codes import CODE_OF_STATUS, KINDS
from notifcenter.api.problems.documents import as_response, problem, problem_response
from notifcenter.api.problems.validation_errors import mistakes, summary
from notifcenter.usernames import Ambiguous

API_PATHS = ("/api/", "/v1/", "/v3/")


def handle(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's exception handler: every API error in one shape; None lets Django log what nobody foresaw."""
    known = _as_api_error(error)
    response = exception_handler(known, context)
    if response is None or not isinstance(known, exceptions.APIException):
        return None
    return _with_headers(as_response(_document(known)), response)


@csrf_exempt
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What the API answers at addresses that do not exist: with the address that was probably meant."""
    if address := slips.meant(request.path_info):
        return problem_response("not_found", f"Write {address} instead.", address=address)
    return problem_response("not_found", f"There is nothing at this address; {slips.ROOT} lists what there is.")


def internal_error(request: HttpRequest) -> HttpResponse:
    """What Django answers to an error that nobody caught: a problem to programs, a page to people."""
    unavailable = as_unavailable(sys.exc_info()[1])
    if request.path.startswith(API_PATHS):
        response = _problem_of(unavailable)
    else:
        response = error_pages.page(unavailable.status_code if unavailable else 500)
    if unavailable:
        response.headers["Retry-After"] = str(unavailable.wait)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django answers to a request that it does not read: a problem to programs, a page to people."""
    if request.path.startswith(API_PATHS):
        return problem_response("validation_failed", "The request is malformed.")
    return error_pages.page(413 if isinstance(exception, RequestDataTooBig) else 400, request)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django answers to who may not: a problem to programs, a page to people."""
    if request.path.startswith(API_PATHS):
        return problem_response("not_allowed", "You may not do this.")
    return error_pages.page(403, request)


def nothing_there(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django answers where nothing is: a problem to programs, a page to people."""
    if request.path.startswith(API_PATHS):
        return not_found(request)
    return error_pages.page(404, request)


def _problem_of(unavailable: exceptions.APIException | None) -> HttpResponse:
    if unavailable is None:
        return problem_response("internal_error", "This is our mistake; it is logged.")
    return problem_response(unavailable.default_code, str(unavailable.detail))


def _as_api_error(error: Exception) -> Exception:
    if isinstance(error, Ambiguous):
        return Conflict(str(error))
    if isinstance(error, Http404):
        return exceptions.NotFound("There is no such thing, or it is not yours.")
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    return as_unavailable(error) or error


def _document(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        listed = mistakes(error)
        return problem("validation_failed", summary(listed), listed)
    code = error.get_codes()
    known = code if isinstance(code, str) and code in KINDS else CODE_OF_STATUS[error.status_code]
    return problem(known, str(error.detail), **getattr(error, "members", {}))


def _with_headers(response: HttpResponse, drf_response: Response) -> HttpResponse:
    """``WWW-Authenticate`` and ``Retry-After`` as DRF sets them."""
    for name, value in drf_response.headers.items():
        if name.lower() != "content-type":
            response.headers[name] = value
    return response
