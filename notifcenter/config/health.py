"""Health: alive, ready, and numbers for Prometheus."""

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST

from channels_app.metrics import everything
from notifcenter.config.celery import app


def alive(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """Database, broker and the live bus answer; 503 names what does not."""
    checks = {"database": _database, "broker": _broker, "channel_layer": _cache}
    answers = {name: _asked(check) for name, check in checks.items()}
    good = all(answer == "ok" for answer in answers.values())
    return JsonResponse({"status": "ok" if good else "unavailable"} | answers, status=200 if good else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """What this process has counted, and the queues, in Prometheus's text format."""
    return HttpResponse(everything(), content_type=CONTENT_TYPE_LATEST)


def _asked(check: object) -> str:
    try:
        check()  # type: ignore[operator]
    except Exception as error:
        return type(error).__name__
    return "ok"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _broker() -> None:
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=1)


def _cache() -> None:
    cache.get("readyz")
