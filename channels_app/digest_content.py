"""What is in a daily mail: what waits, was published in its window, and is still unread and wanted."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Case, Count, Exists, F, OuterRef, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from accounts import preferences
from accounts.models import ChannelPreference, User
from channels_app import messages
from channels_app.channels.email import Email
from channels_app.mails import SHOWN, Digest
from channels_app.models import DigestMail
from notifcenter.models import Delivery, InboxItem, State

EMAIL = Email()


def gather(rows: Sequence[DigestMail], now: datetime) -> dict[int, Digest]:
    """The contents by mail id; one with nothing left in it is absent. The same few queries for any number of mails."""
    _skip_read(rows, now)
    counts = _skip_unwanted(rows, now)
    newest = _newest(rows)
    return {row.id: _digest(row, counts[row.id], newest[row.id]) for row in rows if row.id in newest}


def carried(rows: Sequence[DigestMail]) -> QuerySet[Delivery]:
    """The deliveries that wait for these mails, each with the id of its ``mail``."""
    waiting = Delivery.objects.filter(
        state=State.DIGEST,
        user__digestmail__in=[row.id for row in rows],
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


def _skip_unwanted(rows: Sequence[DigestMail], now: datetime) -> Counter[int]:
    """Who switched mail off meanwhile gets none of it; that the mode was daily at publication stays true.

    Gives how many are left for each mail.
    """
    people = {row.user_id: row.user for row in rows}
    chosen = {(row.user_id, row.provider_id): row for row in ChannelPreference.objects.filter(user__in=people)}
    unwanted: dict[tuple[int, str], list[int]] = defaultdict(list)
    left: Counter[int] = Counter()
    for mail, user, provider, number in _by_provider(rows):
        if reason := _obstacle(people[user], chosen.get((user, provider))):
            unwanted[provider, reason].append(user)
        else:
            left[mail] += number
    for (provider, reason), users in unwanted.items():
        of_provider = carried(rows).filter(user__in=users, notification__provider=provider)
        of_provider.update(state=State.SKIPPED, reason=reason, finished_at=now)
    return left


def _by_provider(rows: Sequence[DigestMail]) -> Iterable[tuple[int, int, int, int]]:
    """How many deliveries of each provider a mail carries: (mail, user, provider, number)."""
    grouped = carried(rows).order_by().values("mail", "user", "notification__provider")  # type: ignore[misc]
    return grouped.annotate(n=Count("id")).values_list("mail", "user", "notification__provider", "n")


def _obstacle(user: User, preference: ChannelPreference | None) -> str:
    decision = preferences.resolve(user, preference, [EMAIL])[EMAIL.code]
    if decision.state == State.SKIPPED:
        return decision.reason
    return "" if user.email else preferences.nowhere(EMAIL).reason


def _newest(rows: Sequence[DigestMail]) -> dict[int, list[Delivery]]:
    place = Window(RowNumber(), partition_by=F("mail"), order_by=[F("created_at").desc(), F("id").desc()])
    first = carried(rows).annotate(place=place).filter(place__lte=SHOWN).select_related("notification")
    found: dict[int, list[Delivery]] = defaultdict(list)
    for delivery in first.order_by("-created_at", "-id").prefetch_related("notification__provider"):
        found[delivery.mail].append(delivery)  # type: ignore[attr-defined]
    return found


def _digest(row: DigestMail, count: int, newest: Sequence[Delivery]) -> Digest:
    for delivery in newest:
        delivery.user = row.user
    return Digest(
        user=row.user_id,
        language=row.user.language,
        timezone=row.user.timezone,
        window_end=row.window_end,
        count=count,
        newest=tuple(messages.compose(delivery) for delivery in newest),
    )
