"""Celery's tasks: wake-ups. The work stands in the database, so a lost or doubled message does no harm."""

from celery import shared_task
from django.db import close_old_connections
from django.utils import timezone

from accounts import new_address
from accounts.login.reset import CHANGED_TASK, MAIL_TASK
from channels_app import retention
from channels_app.digest.queue import Digests
from channels_app.mail import confirm_address, password_reset
from channels_app.queue import wakeup
from channels_app.queue.queue import queue_named, queues


@shared_task(name=wakeup.DRAIN)
def drain(*, code: str) -> None:
    """Send what is due in the queue of that code; of a code that a newer version knows nothing happens."""
    close_old_connections()
    if queue := queue_named(code):
        queue.run()


@shared_task(name="notifcenter.sweep")
def sweep() -> None:
    """Wake the workers for every queue with rows left behind."""
    close_old_connections()
    now = timezone.now()
    wakeup.wake([queue.code for queue in queues() if queue.is_due(now=now)])


@shared_task(name="notifcenter.digest")
def send_digests() -> None:
    """Send the daily mails that are due: a scheduler of the version before asks for it."""
    drain(code=Digests.code)


@shared_task(name=MAIL_TASK)
def send_password_reset(*, typed: str) -> None:
    """Send the mail that sets a new password to each account that was named."""
    close_old_connections()
    password_reset.send(typed)


@shared_task(name=CHANGED_TASK)
def send_password_changed(*, user: int) -> None:
    """Send the mail that tells a person of a new password."""
    close_old_connections()
    password_reset.announce(user)


@shared_task(name=new_address.MAIL_TASK)
def send_new_address(*, user: int, former: str) -> None:
    """Send the mails about a new address to it and to the former one."""
    close_old_connections()
    confirm_address.announce(user, former)


@shared_task(name="notifcenter.clean")
def clean() -> None:
    """Drop what has lived its time."""
    close_old_connections()
    retention.clean(now=timezone.now())
