"""Control characters in an address are refused before a database sees them: PostgreSQL takes no NUL."""

import re
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

_controls = re.compile(r"[\x00-\x1f\x7f]")


class CleanUrlsMiddleware:
    """400 for control characters in a path, and for NUL in a query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response; raises BadRequest, which Django turns into a page or a problem."""
        if _controls.search(request.path_info) or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("Control characters in the address.")
        return self.get_response(request)
