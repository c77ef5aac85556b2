"""What is in a daily mail: what waits, was published in its window, and is still unread and wanted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.db.models.query import QuerySet, prefetch_related_objects

from accounts.models import ChannelPreference, User
from accounts.preferences import resolve
from channels_app.channels.email import Email
from channels_app.delivery import compose
from channels_app.mail.compose import SHOWN, Digest
from channels_app.models import DigestMail
from notifcenter.models import Delivery, InboxItem, Notification, State

EMAIL = Email()
NEWEST = [F("created_at").desc(), F("id").desc()]
READ = ["id", "provider_id", "kind", "header", "text", "details", "created_at"]

Waiting = Mapping[int, Sequence[tuple[Notification, int]]]
"""By mail id the newest notifications and the newest of each provider, each with how many there are of its provider."""


def gather(rows: Sequence[DigestMail], now: datetime) -> dict[int, Digest]:
    """The contents by mail id; one with nothing left in it is absent. The same few queries for any number of mails."""
    _skip_read(rows, now)
    waiting = _waiting(rows)
    if _skip_unwanted(rows, waiting, now):
        waiting = _waiting(rows)
    return {row.id: _digest(row, waiting[row.id]) for row in rows if row.id in waiting}


def carried(rows: Sequence[DigestMail]) -> QuerySet[Delivery]:
    """The deliveries that wait for these mails, each with the id of its ``mail``."""
    waiting = Delivery.objects.filter(
        state=State.DIGEST,
        user__digestmail__among=[row.id for row in rows],
        user__digestmail__window_start__lte=F("created_at"),
        user__digestmail__window_end__gt=F("created_at"),
    )
    return waiting.annotate(mail=F("user__digestmail"))


def _skip_read(rows: Sequence[DigestMail], now: datetime) -> None:
    present = InboxItem.objects.filter(user=OuterRef("user"), notification=OuterRef("notification"), deleted_at=None)
    carried(rows).filter(~Exists(present.filter(read_at=None))).update(
        state=State.SKIPPED,
        reason=Case(When(Exists(present), then=Value("read")), default=Value("deleted")),
        finished_at=now,
    )


def _waiting(rows: Sequence[DigestMail]) -> Waiting:
    of_provider = [F("mail"), F("notification__provider")]
    waiting = carried(rows).annotate(
        place=Window(RowNumber(), partition_by=F("mail"), order_by=NEWEST),
        place_of_provider=Window(RowNumber(), partition_by=of_provider, order_by=NEWEST),
        number=Window(Count("id"), partition_by=of_provider),
    )
    first = waiting.filter(Q(place__lte=SHOWN) | Q(place_of_provider=1))
    in_order = first.order_by("mail", "place")  # type: ignore[misc]
    columns = ["mail", "number", *(f"notification__{name}" for name in READ)]
    found: dict[int, list[tuple[Notification, int]]] = defaultdict(list)
    for mail, number, *values in in_order.values_list(*columns):
        found[mail].append((Notification.from_db(None, READ, values), number))
    prefetch_related_objects([notification for each in found.values() for notification, _number in each], "provider")
    return found


def _skip_unwanted(rows: Sequence[DigestMail], waiting: Waiting, now: datetime) -> bool:
    """Who switched mail off meanwhile gets none of it; that the mode was daily at publication stays true.

    Gives whether there was any.
    """
    people = [row.user_id for row in rows]
    chosen = {(row.user_id, row.provider_id): row for row in ChannelPreference.objects.filter(user__among=people)}
    unwanted: dict[tuple[int, str], set[int]] = defaultdict(set)
    for row in rows:
        for provider in {notification.provider_id for notification, _number in waiting.get(row.id, ())}:
            if reason := _obstacle(row.user, chosen.get((row.user_id, provider))):
                unwanted[provider, reason].add(row.user_id)
    for (provider, reason), users in unwanted.items():
        of_provider = carried(rows).filter(user__among=users, notification__provider=provider)
        of_provider.update(state=State.SKIPPED, reason=reason, finished_at=now)
    return bool(unwanted)


def _obstacle(user: User, preference: ChannelPreference | None) -> str:
    decision = resolve.resolve(user, preference, [EMAIL])[EMAIL.code]
    return decision.reason if decision.state == State.SKIPPED else ""


def _digest(row: DigestMail, waiting: Sequence[tuple[Notification, int]]) -> Digest:
    return Digest(
        user=row.user_id,
        language=row.user.language,
        timezone=row.user.timezone,
        window_end=row.window_end,
        count=sum({notification.provider_id: number for notification, number in waiting}.values()),
        newest=compose.compose_all([notification for notification, _number in waiting[:SHOWN]], row.user),
    )
