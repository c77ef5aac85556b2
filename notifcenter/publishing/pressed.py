"""A pressed action is shown to who sees its state: to all who have the notification where it is exclusive."""

from datetime import datetime

from notifcenter.inbox.presses import Action
from notifcenter.models import Notification
from notifcenter.publishing import fanout, spread
from notifcenter.publishing.spread import How


def show(notification: Notification, action: Action, user: int, *, now: datetime) -> None:
    """One change of the notification, whose row the caller has locked; an action that closes it makes it read."""
    seen_by = spread.holders(notification) if action["exclusive"] else [user]
    fanout.show(notification, How.CLOSED if action["closes"] else How.UPDATED, seen_by, now=now)
