"""What a provider is shown of its own notifications: content, times, deliveries, and what became of their actions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from notifcenter.inbox import presses, receipts
from notifcenter.inbox.presses import Presses
from notifcenter.models import Notification, ScheduledPublication

LIFE = ("changed_at", "renewed_at", "expires_at", "withdrawn_at")


def documents(notifications: Sequence[Notification]) -> list[dict[str, Any]]:
    """Each with the number of its deliveries by channel and state."""
    pressed = presses.of_all(notifications)
    schedules = ScheduledPublication.objects.in_bulk([one.pk for one in notifications])
    counts = receipts.counted_each([one.pk for one in notifications])
    return [
        _content(one, schedules.get(one.pk), pressed.get(one.pk, {})) | {"deliveries": counts[one.pk]}
        for one in notifications
    ]


def _content(notification: Notification, scheduled: ScheduledPublication | None, pressed: Presses) -> dict[str, Any]:
    moments = {name: seconds(getattr(notification, name)) for name in LIFE}
    life = moments | {
        "send_at": seconds(scheduled.due_at if scheduled else None),
        "repeats": notification.repeats,
        "updates": notification.changes,
    }
    actions = {"actions": _actions(notification, pressed)} if notification.details.get("actions") else {}
    return {
        "id": str(notification.id),
        "kind": notification.kind,
        "header": notification.header,
        "text": notification.text,
        "created_at": int(notification.created_at.timestamp()),
        **notification.details,
        **{name: value for name, value in life.items() if value is not None},
        **actions,
    }


def _actions(notification: Notification, pressed: Presses) -> list[dict[str, Any]]:
    """Each with the number of people who pressed it; an exclusive one with who has it."""
    shown = presses.shown(notification, pressed, None)
    return [action | {"pressed": len(pressed.get(action["id"], ()))} for action in shown]


def seconds(moment: datetime | None) -> int | None:
    """Unix seconds."""
    return int(moment.timestamp()) if moment else None
