"""The Celery application: its messages only wake, the work itself stands in the database."""

import gc
import os
import sys
from typing import Any

from celery import Celery, signals
from django.conf import settings
from prometheus_client import start_http_server

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notifcenter.config.settings")
_path = list(sys.path)
app = Celery("notifcenter")
sys.path[:] = _path  # Celery puts the current folder first: whatever lies there would be taken for the product
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "sweep": {"task": "notifcenter.sweep", "schedule": 15.0, "options": {"expires": 15}},
    "clean": {"task": "notifcenter.clean", "schedule": 3600.0, "options": {"expires": 3600}},
}


@signals.setup_logging.connect
def keep_logging(**_more: Any) -> None:
    """Django's LOGGING holds here, too."""


@signals.worker_shutting_down.connect
def stop(**_more: Any) -> None:
    """Claim nothing more, and hand back what has not been begun."""
    from channels_app.queue import leases  # only once Django is set up

    leases.stopping.set()


@signals.worker_shutdown.connect
def finish(**_more: Any) -> None:
    """Let the sweeps end what they have in hand; the pool has."""
    from channels_app.queue import leases  # only once Django is set up

    leases.finish(settings.STOP_SECONDS)


@signals.worker_init.connect
def settle(**_more: Any) -> None:
    """What is loaded by now stays for good: the garbage collector need not walk through it again and again."""
    gc.freeze()


@signals.worker_init.connect
def show_metrics(**_more: Any) -> None:
    """Answer Prometheus, where a port is set."""
    from channels_app import metrics  # noqa: F401  only once Django is set up

    if settings.METRICS_PORT:
        start_http_server(settings.METRICS_PORT, settings.HOST)


@signals.worker_init.connect
def sweep(**_more: Any) -> None:
    """A worker looks for due rows by itself as well, so that it needs neither the broker nor the scheduler."""
    from channels_app import workers  # only once Django is set up

    workers.start()
