"""Wiring: imports everything, imported by nothing but the entry points."""

from notifcenter.config.celery import app as celery_app

__all__ = ["celery_app"]
