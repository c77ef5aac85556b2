"""Control characters in an address: nothing is there, and no database needs to be asked (PostgreSQL takes no NUL)."""

import re
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse

_controls = re.compile(r"[\x00-\x1f\x7f]")


class CleanUrlsMiddleware:
    """404 for control characters in a path, 400 for NUL in a query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response; raises Http404 or BadRequest, which Django turns into pages or problems."""
        if _controls.search(request.path_info):
            raise Http404
        if "%00" in request.META.get("QUERY_STRING", "") or "\x00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest
        return self.get_response(request)
