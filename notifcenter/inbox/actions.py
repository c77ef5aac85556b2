"""The one verb behind every button of a notification, wherever it is pressed: centre, popup, mail, push, messenger."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from notifcenter.inbox import presses
from notifcenter.inbox.presses import Action, Press
from notifcenter.models import ActionPress, InboxItem, Notification
from notifcenter.operation import crash_points
from notifcenter.signals import acted


class NoSuchAction(Exception):
    """The person does not have the notification, or it has no such action."""


class IsLink(Exception):
    """The action leads somewhere; there is nothing to press."""


class Taken(Exception):
    """Somebody else has pressed this exclusive action: ``press``."""

    def __init__(self, press: Press) -> None:
        super().__init__(press)
        self.press = press


def act(user: int, pk: UUID, action: str, *, now: datetime) -> Press:
    """Press an action of an item of this user; the same person again gets the same press, and nobody is told twice.

    The notification's row is locked, so of many at once one has an exclusive action. Raises NoSuchAction, IsLink or
    Taken.
    """
    with transaction.atomic():
        notification, declared = _locked(user, pk, action)
        press = presses.counting(declared, presses.of_all([notification])[pk], user)
        if press is None:
            press = _press(notification, declared, user, now)
            crash_points.at("act.before_commit")
        elif press.user != user:
            raise Taken(press)
    crash_points.at("act.after_commit")
    return press


def declared_actions(user: int, pk: UUID) -> tuple[Notification, list[dict[str, Any]]]:
    """A notification that this user has, and its actions with their states; raises NoSuchAction."""
    item = _items(user, pk).select_related("notification__provider").first()
    if item is None or not item.notification.details.get("actions"):
        raise NoSuchAction
    notification = item.notification
    return notification, presses.shown(notification, presses.of_all([notification])[pk], user)


def _items(user: int, pk: UUID) -> QuerySet[InboxItem]:
    return InboxItem.objects.filter(user=user, notification=pk, deleted_at=None)


def _locked(user: int, pk: UUID, action: str) -> tuple[Notification, dict[str, Any]]:
    rows = Notification.objects.select_for_update(of=("self",)).select_related("provider__webhook")
    notification = rows.filter(pk=pk, withdrawn_at=None).first()
    actions = notification.details.get("actions", ()) if notification else ()
    declared = next((one for one in actions if one["id"] == action), None)
    if notification is None or declared is None or not _items(user, pk).exists():
        raise NoSuchAction
    if "url" in declared:
        raise IsLink
    return notification, declared


def _press(notification: Notification, declared: Action, user: int, now: datetime) -> Press:
    row = ActionPress.objects.create(notification=notification, user_id=user, action=declared["id"], at=now)
    acted.send(Notification, notification=notification, action=declared, user=user, now=now)
    return presses.press(row)
