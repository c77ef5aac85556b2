"""The Celery application: its messages only wake workers up, the work itself is rows of the database."""

import os
import sys

from celery import Celery, signals
from django.conf import settings
from prometheus_client import start_http_server

from notifcenter.config import garbage_collector

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
def keep_logging(**_more: object) -> None:
    """Keep Django's LOGGING: Celery would set up its own."""


@signals.worker_shutting_down.connect
def stop(**_more: object) -> None:
    """Claim nothing more, and release the leases of what has not been started."""
    from channels_app.queue import leases  # noqa: PLC0415  only once Django is set up

    leases.stopping.set()


@signals.worker_shutdown.connect
def finish(**_more: object) -> None:
    """Wait for the sweeps' current batches; the pool waits for its own tasks."""
    from channels_app.queue import leases  # noqa: PLC0415  only once Django is set up

    leases.finish(settings.STOP_SECONDS)


@signals.worker_init.connect
def tune_garbage_collector(**_more: object) -> None:
    """All is loaded by now."""
    garbage_collector.tune()


@signals.worker_init.connect
def show_metrics(**_more: object) -> None:
    """Serve metrics to Prometheus, where a port is set."""
    from channels_app import metrics  # noqa: F401, PLC0415  only once Django is set up

    if settings.METRICS_PORT:
        start_http_server(settings.METRICS_PORT, settings.HOST)


@signals.worker_init.connect
def sweep(**_more: object) -> None:
    """A worker looks for due rows by itself as well, so that it needs neither the broker nor the scheduler."""
    from channels_app import workers  # noqa: PLC0415  only once Django is set up

    workers.start()
