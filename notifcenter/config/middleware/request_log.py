"""Every request: its id, and how long it took."""

import logging
import time
from collections.abc import Callable
from functools import cache

from django.http import HttpRequest, HttpResponse
from prometheus_client import Histogram

from channels_app import counters
from notifcenter import request_id

logger = logging.getLogger(__name__)
HEADER, GIVEN = "X-Request-ID", "HTTP_X_REQUEST_ID"  # request.headers would look at all the others, too


class RequestMiddleware:
    """Takes ``X-Request-ID`` or makes one, gives it back, and measures the answer by its route."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        begun, current_id = time.perf_counter(), request_id.accepted(request.META.get(GIVEN, ""))
        with request_id.following(current_id):
            response = self.get_response(request)
            route = f"/{request.resolver_match.route}" if request.resolver_match else ""
            method = request.method if request.method in METHODS else ""
            note(method, route, response.status_code, time.perf_counter() - begun)
        response.headers[HEADER] = current_id
        return response


def note(method: str, route: str, status: int, seconds: float) -> None:
    """Count and log a response; ``route`` is the pattern of its address, not the address."""
    _seconds_of(method, route).observe(seconds)
    if logger.isEnabledFor(logging.INFO):
        facts = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
        logger.info("%s %s %s", method, route, status, extra=facts)


@cache
def _seconds_of(method: str, route: str) -> Histogram:
    return counters.request_seconds.labels(method, route)


METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
