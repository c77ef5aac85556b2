"""Celery's tasks: bells. The work stands in the database, so a lost or doubled message does no harm."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from celery import shared_task
from django.db import close_old_connections
from django.utils import timezone

from accounts.login.reset import MAIL_TASK
from channels_app import retention, webhooks
from channels_app.delivery import deliver, fanout
from channels_app.digest import windows
from channels_app.mail import password_reset
from channels_app.queue import wakeup
from notifcenter.channel import channel


@dataclass
class _Door:
    """One drain per queue and process; who rings meanwhile makes it look once more."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    rung: bool = False


_doors: dict[str, _Door] = {}
DIGEST = "digest"


@shared_task(name=wakeup.DRAIN)
def drain(*, code: str) -> None:
    """Send what is due on a channel, to webhooks, or of the daily mails; or place what is said to many."""
    close_old_connections()
    door, work = _doors.setdefault(code, _Door()), _work(code)
    door.rung = True
    while work and door.rung and door.lock.acquire(blocking=False):
        try:
            door.rung = False
            work()
        finally:
            door.lock.release()


@shared_task(name="notifcenter.sweep")
def sweep() -> None:
    """Ring for every queue with rows left behind."""
    close_old_connections()
    wakeup.ring(due(now=timezone.now()))


@shared_task(name="notifcenter.digest")
def send_digests() -> None:
    """Send the daily mails that are due; every worker comes by, each does its share."""
    drain(code=DIGEST)


@shared_task(name=MAIL_TASK)
def send_password_reset(*, typed: str) -> None:
    """Send the mail that sets a new password to each account that was named."""
    close_old_connections()
    password_reset.send(typed)


@shared_task(name="notifcenter.clean")
def clean() -> None:
    """Drop what has lived its time."""
    close_old_connections()
    retention.clean(now=timezone.now())


def due(*, now: datetime) -> set[str]:
    """The queues with work left behind; the daily mails have their own clock."""
    return deliver.due_channels(now=now) | webhooks.due(now=now) | fanout.due()


def _work(code: str) -> Callable[[], int] | None:
    if code == webhooks.way.code:
        return webhooks.drain
    if code == DIGEST:
        return lambda: windows.send_due(timezone.now())
    if code == fanout.CODE:
        return fanout.drain
    return partial(deliver.drain, way) if (way := channel(code)) else None
