"""Every request: its id, and how long it took."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from channels_app import metrics
from notifcenter import trail

logger = logging.getLogger(__name__)
HEADER = "X-Request-ID"


class RequestMiddleware:
    """Takes ``X-Request-ID`` or makes one, gives it back, and measures the answer by its route."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        begun, request_id = time.perf_counter(), trail.accepted(request.headers.get(HEADER, ""))
        with trail.following(request_id):
            response = self.get_response(request)
            self._note(request, response, time.perf_counter() - begun)
        response.headers[HEADER] = request_id
        return response

    def _note(self, request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        route = f"/{request.resolver_match.route}" if request.resolver_match else ""
        method = request.method if request.method in METHODS else ""
        metrics.request_seconds.labels(method, route).observe(seconds)
        facts = {"method": method, "route": route, "status": response.status_code, "ms": round(seconds * 1000, 1)}
        logger.info("%s %s %s", method, route, response.status_code, extra=facts)


METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
