"""Undo: for a minute each call that changed an inbox can be taken back, item by item as it was, in one change.

An item is left as it is where what the call wrote does not hold any more: something else was done to it since, it
arrived anew, or it was withdrawn.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from notifcenter.database import json_rows
from notifcenter.database.prepared import moment
from notifcenter.inbox.item_changes import locked
from notifcenter.inbox.records import Action, record
from notifcenter.inbox.verbs import VERBS, Verb
from notifcenter.models import COUNTED, InboxItem, InboxUndo
from notifcenter.signals import falls_due

LIFETIME = timedelta(seconds=60)
RESTORED = """
    UPDATE notifcenter_inboxitem SET {columns} FROM {rows} WHERE notifcenter_inboxitem.id = (value ->> 0){number}"""


class TooLate(Exception):
    """There is nothing to undo by this token: it is unknown, used, or older than a minute."""


def remember(
    user: int, verb: Verb, rows: Sequence[Mapping[str, Any]], *, now: datetime, until: datetime | None
) -> UUID:
    """Keep what these items were before a call, {column: value} with pk and position; gives its token."""
    forget_old(now, user=user)
    before = [[row["pk"], row["position"], *(moment(row[name]) for name in verb.columns)] for row in rows]
    row = InboxUndo(user_id=user, verb=verb.name, written=verb.written(now, until), before=before, created_at=now)
    row.save(force_insert=True)
    return row.pk


def forget_old(now: datetime, **which: int) -> None:
    """Those whose minute is over."""
    InboxUndo.objects.filter(created_at__lt=now - LIFETIME, **which).delete()


def undo(user: int, token: UUID, *, now: datetime) -> tuple[int, int]:
    """Take a call back, once; gives how many are unread now, and how many items changed. Raises TooLate."""
    with transaction.atomic():
        inbox = locked([user]).get(user)
        stored = InboxUndo.objects.filter(pk=token, user=user, created_at__gte=now - LIFETIME).first()
        if inbox is None or stored is None:
            raise TooLate
        stored.delete()
        verb = VERBS[stored.verb]
        present = _as_written(stored, verb)
        rows = [(pk, *values) for pk, position, *values in stored.before if present.get(pk, (None,))[0] == position]
        if rows:
            items = InboxItem.objects.filter(pk__any_of=[row[0] for row in rows])
            counted = items.filter(COUNTED).count()
            json_rows.execute(_restoring(verb), rows)
            inbox.unread += items.filter(COUNTED).count() - counted
            record(inbox, Action.CHANGED, [present[row[0]][1] for row in rows])
            if "snoozed_until" in verb.columns:
                falls_due.send(InboxItem, queue="snoozes", seconds=0)
        return inbox.unread, len(rows)


def _as_written(stored: InboxUndo, verb: Verb) -> dict[int, tuple[int, str]]:
    """Of the items that are as the call left them: {item: (its position, its notification)}."""
    items = InboxItem.objects.filter(pk__any_of=[entry[0] for entry in stored.before], notification__withdrawn_at=None)
    holding = items.filter(**{verb.mark: stored.written}).values_list("pk", "position", "notification")
    return {pk: (position, str(notification)) for pk, position, notification in holding}


def _restoring(verb: Verb) -> str:
    columns = ", ".join(f"{name} = (value ->> {place}){{time}}" for place, name in enumerate(verb.columns, 1))
    return RESTORED.replace("{columns}", columns)
