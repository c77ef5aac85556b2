"""Events of calls: the first publishes a notification, each later one changes it where it tells something new.

All of an event happens in one transaction, which holds the call's name and its row: of two at the same time the second
waits.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from notifcenter.calls import completion, document, lookup
from notifcenter.calls.state import CallProgress, after
from notifcenter.content import safe_html
from notifcenter.inbox import search
from notifcenter.models import Call, CallState, Kind, Notification, Provider
from notifcenter.operation import crash_points
from notifcenter.publishing import fanout, spread
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.publish import publish
from notifcenter.publishing.recipients import Named
from notifcenter.publishing.spread import How

LookedUp = dict[str, Any]
"""``{"caller": …}`` of a notification's details, where that was looked up just now; else empty."""
RINGS_FOR = timedelta(minutes=2)
"""A call that rings longer without another event is missed."""


@dataclass(frozen=True)
class CallEvent:
    """One event as it was sent; ``people``: {user id: whether the master switch is on} of the recipients it names."""

    call_id: str
    state: CallState
    fields: Mapping[str, Any] = field(default_factory=dict)
    people: Mapping[int, bool] = field(default_factory=dict)
    named: Named = ()


@dataclass(frozen=True)
class Received:
    """What an event came to: the notification, the state of the call now, and whether the call is new."""

    notification: Notification
    state: CallState
    is_new: bool


class NoRecipients(Exception):
    """The first event of a call names nobody."""


def receive(provider: Provider, event: CallEvent, *, now: datetime) -> Received:
    """Take one event of a call; raises NoRecipients."""
    unnamed = _to_look_up(provider, event)
    pending = lookup.identify(unnamed)
    looked_up = {name: value for one in unnamed for name, value in one.details.items() if name == "caller"}
    try:
        received = _receive(provider, event, looked_up, now)
    except IntegrityError:  # a server of the version before took the first event at the same time
        received = _receive(provider, event, looked_up, now)
    completion.follow((received.notification.pk, answer) for _one, answer in pending)
    return received


def ringing_too_long(*, now: datetime, limit: int) -> list[UUID]:
    """The notifications of calls that are missed by now, the longest first."""
    rows = Call.objects.filter(lapses_at__lte=now).order_by("lapses_at")
    return list(rows.values_list("pk", flat=True)[:limit])


@transaction.atomic
def lapse(pk: UUID, *, now: datetime) -> bool:
    """A call that rang for too long is missed; False where it was told otherwise meanwhile."""
    call = _locked(pk=pk, lapses_at__lte=now)
    if call is None:
        return False
    _go_on(call, CallEvent(call.call_id, CallState.MISSED), {}, now)
    crash_points.at("lapse.before_commit")
    return True


@transaction.atomic
def _receive(provider: Provider, event: CallEvent, looked_up: LookedUp, now: datetime) -> Received:
    _lock_name(provider, event.call_id)
    call = _locked(provider=provider, call_id=event.call_id)
    received = _begin(provider, event, looked_up, now) if call is None else _go_on(call, event, looked_up, now)
    crash_points.at("call.before_commit")
    return received


def _lock_name(provider: Provider, call_id: str) -> None:
    """Before there is a row: a first event locks inboxes and then makes the row, a later one locks the row first."""
    if connection.vendor == "postgresql":
        digest = hashlib.sha256(f"call {provider.pk} {call_id}".encode()).digest()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)])


def _locked(**which: object) -> Call | None:
    return Call.objects.select_for_update().filter(**which).first()


def _begin(provider: Provider, event: CallEvent, looked_up: LookedUp, now: datetime) -> Received:
    if not event.people:
        raise NoRecipients
    progress = after(None, event.state, event.fields)
    call = Call(provider=provider, call_id=event.call_id, started_at=now)
    content = _content(call, progress, looked_up)
    publication = Publication(
        provider,
        Kind.CALL,
        content["text"],
        dict(event.people),
        content["header"],
        content["details"],
        named=event.named,
        fold_key=False,
    )
    [notification] = publish([publication], now=now)
    call.notification = notification
    _save(call, progress)
    return Received(notification, progress.state, True)


def _go_on(call: Call, event: CallEvent, looked_up: LookedUp, now: datetime) -> Received:
    [notification] = spread.locked(Q(pk=call.pk))
    before = CallProgress(
        CallState(call.furthest), {name: (rank, value) for name, (rank, value) in call.fields.items()}
    )
    progress = after(before, event.state, event.fields)
    _save(call, progress)
    if notification.withdrawn_at is None:
        content = _content(call, progress, notification.details | looked_up)
        _rewrite(notification, content, _how(before, progress), now)
        _add_people(notification, event.people, now)
    return Received(notification, progress.state, False)


def _save(call: Call, progress: CallProgress) -> None:
    call.furthest, call.fields = progress.furthest, dict(progress.fields)
    call.lapses_at = call.started_at + RINGS_FOR if progress.state == CallState.RINGING else None
    call.save()


def _content(call: Call, progress: CallProgress, known: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of the notification; ``known``: its details so far, with who was found to be calling."""
    return {
        "header": progress.content.get("header", ""),
        "text": safe_html(document.text(progress)),
        "details": document.details(call.call_id, progress, call.started_at, known),
    }


def _rewrite(notification: Notification, content: Mapping[str, Any], how: How, now: datetime) -> None:
    """Change the notification, and show that to who has it, where it says something else than before."""
    if all(getattr(notification, name) == value for name, value in content.items()):
        return
    for name, value in content.items():
        setattr(notification, name, value)
    notification.changed_at, notification.changes = now, (notification.changes or 0) + 1
    notification.search = search.searched(notification)
    notification.save(update_fields=[*content, "changed_at", "changes", "search"])
    fanout.show(notification, how, spread.holders(notification), now=now)


def _how(before: CallProgress, progress: CallProgress) -> How:
    if progress.is_read and not before.is_read:
        return How.CLOSED
    is_missed_now = progress.state == CallState.MISSED and before.state != CallState.MISSED
    return How.UNREAD if is_missed_now else How.UPDATED


def _add_people(notification: Notification, people: Mapping[int, bool], now: datetime) -> None:
    there = {*spread.holders(notification), *(fanout.to_place(notification) if people else ())}
    added = {user: on for user, on in people.items() if user not in there}
    fanout.place_or_enqueue(notification, added, now=now)


def _to_look_up(provider: Provider, event: CallEvent) -> list[Publication]:
    """The event as a publication, where it is the first to say the number of a call about no element."""
    known = Notification.objects.filter(call__provider=provider, call__call_id=event.call_id).first()
    if known is not None and lookup.number_to_look_up(known.kind, known.details):
        return []
    details = {name: event.fields[name] for name in ("from", "element") if name in event.fields}
    return [Publication(provider, Kind.CALL, "", {}, details=details, named=event.named)]
