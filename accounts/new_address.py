"""A person's own change of mail address: mail waits until it is confirmed, and the former address hears of it."""

from functools import partial

from celery import current_app
from django.db import transaction

from accounts.models import UNCONFIRMED, User

MAIL_TASK = "notifcenter.new_address"
"""The public name of the task that sends the mails; it takes the id of the user and the former address."""


@transaction.atomic
def take(user: User, address: str) -> None:
    """The address is the user's from now on; an empty one: none. The mails leave after the commit."""
    former, user.email = user.email, address
    user.mail_blocked = UNCONFIRMED if address else ""
    user.save(update_fields=["email", "mail_blocked"])
    task = partial(current_app.send_task, MAIL_TASK, kwargs={"user": user.pk, "former": former})
    transaction.on_commit(task, robust=True)  # the profile sends the mail again where the broker is away
