"""Health: alive, ready, and numbers for Prometheus."""

import json
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST

from channels_app.live.off_loop import executor
from channels_app.metrics import everything, process
from notifcenter.config.celery import app
from notifcenter.operation.readiness import Checks, write_to_database

Report = tuple[int, dict[str, Any]]


def alive() -> Report:
    """The process answers."""
    return 200, {"status": "ok"}


def ready() -> Report:
    """503 only where this process cannot do its work; 200 names what is away and will be made up for."""
    away = {"degraded": list(failed)} if (failed := _helpful.failed()) else {}
    if missing := _needed.failed():
        return 503, {"status": "unavailable", "unavailable": list(missing)} | away
    return 200, {"status": "ok"} | away


def metrics(request: HttpRequest) -> HttpResponse:
    """What this process has counted, and the queues, in Prometheus's text format; for staff, wherever they are."""
    if not (request.user.is_authenticated and request.user.is_staff):
        raise PermissionDenied
    return _numbers()


class HealthMiddleware:
    """Answers who asks after this process before anybody looks at the host: probes come by address, not by name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        report = REPORTS.get(request.path_info)
        if report:
            status, body = report()
            return JsonResponse(body, status=status)
        if request.path_info == "/metrics" and _is_local(request.META.get("REMOTE_ADDR"), request.headers):
            return _numbers()
        return self.get_response(request)


async def of_live_server(scope: Any, receive: Any, send: Any) -> None:
    """What the live server answers to HTTP: the same, and the counters of this process."""
    status, kind, body = 404, "text/plain", b"not found\n"
    headers = {name.decode("latin1").title(): value for name, value in scope["headers"]}
    if report := REPORTS.get(scope["path"]):
        status, answer = await executor().run(report)
        kind, body = "application/json", json.dumps(answer).encode()
    elif scope["path"] == "/metrics" and _is_local((scope.get("client") or [""])[0], headers):
        status, kind, body = 200, CONTENT_TYPE_LATEST, process()
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", kind.encode())]})
    await send({"type": "http.response.body", "body": body})


def _numbers() -> HttpResponse:
    return HttpResponse(everything(), content_type=CONTENT_TYPE_LATEST)


def _is_local(peer: str | None, headers: Mapping[str, Any]) -> bool:
    """Whether a program of this machine asks by itself: what comes through a proxy says so."""
    forwarded = any(name.startswith("X-Forwarded-") for name in headers)
    return bool(peer) and ip_address(str(peer)).is_loopback and not forwarded


def _reach_broker() -> None:
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=1)


def _reach_live_bus() -> None:
    cache.get("readyz")


REPORTS: Mapping[str, Callable[[], Report]] = {"/healthz": alive, "/readyz": ready}
_needed = Checks({"database": write_to_database})
_helpful = Checks({"broker": _reach_broker, "live": _reach_live_bus})
