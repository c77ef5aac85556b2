"""What is in a daily mail: what waits, was published in its window, and is still unread and wanted.

First ``skip_read`` and ``skip_unwanted`` end what must not be in it; the rest only reads.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.db.models.query import QuerySet

from accounts.models import ChannelPreference, User
from accounts.preferences import resolve
from channels_app.channels.email import Email
from channels_app.delivery import compose
from channels_app.mail.compose import SHOWN, Digest
from channels_app.models import DigestMail
from notifcenter.channel import Channel, channel_named
from notifcenter.models import Delivery, InboxItem, Notification, Provider, State

NEWEST = [F("created_at").desc(), F("id").desc()]
READ = ["id", "provider_id", "kind", "header", "text", "details", "created_at", "repeats", "changed_at"]

Waiting = Mapping[int, Sequence[tuple[Notification, int]]]
"""By mail id the newest notifications and the newest of each provider, each with how many there are of its provider."""


def carried(rows: Sequence[DigestMail]) -> QuerySet[Delivery]:
    """The deliveries by e-mail that wait for these mails, each with the id of its ``mail``."""
    waiting = Delivery.objects.filter(
        state=State.DIGEST,
        channel=Email.code,
        user__digestmail__any_of=[row.id for row in rows],
        user__digestmail__window_start__lte=F("created_at"),
        user__digestmail__window_end__gt=F("created_at"),
    )
    return waiting.annotate(mail=F("user__digestmail"))


def skip_read(rows: Sequence[DigestMail], *, now: datetime) -> None:
    """End the deliveries of what was read or removed meanwhile."""
    present = InboxItem.objects.filter(user=OuterRef("user"), notification=OuterRef("notification"), deleted_at=None)
    carried(rows).filter(~Exists(present.filter(read_at=None))).update(
        state=State.SKIPPED,
        reason=Case(When(Exists(present), then=Value("read")), default=Value("deleted")),
        finished_at=now,
    )


def skip_unwanted(rows: Sequence[DigestMail], waiting: Waiting, *, now: datetime) -> bool:
    """End the deliveries to who switched mail off meanwhile; that the mode was daily at publication stays true.

    Gives whether there was any: then what waits is to be asked for again.
    """
    unwanted = _unwanted(rows, waiting)
    for (provider, reason), users in unwanted.items():
        of_provider = carried(rows).filter(user__any_of=users, notification__provider=provider)
        of_provider.update(state=State.SKIPPED, reason=reason, finished_at=now)
    return bool(unwanted)


def waiting_for(rows: Sequence[DigestMail]) -> Waiting:
    """What waits for these mails; a mail for which nothing waits is absent.

    One query for any number of mails, and one for each provider.
    """
    of_provider = [F("mail"), F("notification__provider")]
    waiting = carried(rows).annotate(
        place=Window(RowNumber(), partition_by=F("mail"), order_by=NEWEST),
        place_of_provider=Window(RowNumber(), partition_by=of_provider, order_by=NEWEST),
        number=Window(Count("id"), partition_by=of_provider),
    )
    first = waiting.filter(Q(place__lte=SHOWN) | Q(place_of_provider=1))
    in_order = first.order_by("mail", "place")  # type: ignore[misc]
    columns = ["mail", "number", *(f"notification__{name}" for name in READ)]
    by_mail: dict[int, list[tuple[Notification, int]]] = defaultdict(list)
    provider = cache(lambda pk: Provider.objects.get(pk=pk))
    for mail, number, *values in in_order.values_list(*columns):
        notification = Notification.from_db(None, READ, values)
        notification.provider = provider(notification.provider_id)
        by_mail[mail].append((notification, number))
    return by_mail


def digest(row: DigestMail, waiting: Sequence[tuple[Notification, int]]) -> Digest:
    """The content of one mail."""
    return Digest(
        user=row.user_id,
        language=row.user.language,
        timezone=row.user.timezone,
        window_end=row.window_end,
        count=sum({notification.provider_id: number for notification, number in waiting}.values()),
        newest=compose.compose_all([notification for notification, _number in waiting[:SHOWN]], row.user),
    )


def _unwanted(rows: Sequence[DigestMail], waiting: Waiting) -> dict[tuple[int, str], set[int]]:
    """The users of whom a provider's mail must not be sent, by provider and reason."""
    people = [row.user_id for row in rows]
    chosen = {(row.user_id, row.provider_id): row for row in ChannelPreference.objects.filter(user__any_of=people)}
    email = channel_named(Email.code) or Email()
    unwanted: dict[tuple[int, str], set[int]] = defaultdict(set)
    for row in rows:
        for provider in {notification.provider_id for notification, _number in waiting.get(row.id, ())}:
            if reason := _skip_reason(row.user, chosen.get((row.user_id, provider)), email):
                unwanted[provider, reason].add(row.user_id)
    return unwanted


def _skip_reason(user: User, preference: ChannelPreference | None, email: Channel) -> str:
    decision = resolve.resolve(user, preference, [email])[email.code]
    return decision.reason if decision.state == State.SKIPPED else ""
