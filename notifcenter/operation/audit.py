"""The audit: what must be true of the data at any moment, whatever has crashed. Each invariant yields its breaches."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from notifcenter.channel import all_channels
from notifcenter.models import Delivery, FanoutPart, IdempotencyKey, Inbox, InboxChange, InboxItem, Notification, State
from notifcenter.operation import retention

REPLAYED = 200
LEASE_MAX = timedelta(seconds=90)
GRACE = timedelta(seconds=90)
FANOUT_MAX = timedelta(hours=1)
SHOWN = 20
EPOCH = datetime.fromtimestamp(0, UTC)
OPEN = (State.PENDING, State.DIGEST)

Invariant = Callable[[datetime], Iterable[str]]
_invariants: list[Invariant] = []


def invariant(check: Invariant) -> Invariant:
    """Add a check to the audit: it gives a line for each breach."""
    _invariants.append(check)
    return check


def breaches(*, now: datetime) -> Iterator[str]:
    """Every breach of every invariant, seen in one snapshot of the database."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for check in _invariants:
            for breach in check(now):
                yield f"{check.__name__}: {breach}"


def listed(rows: QuerySet[Any], what: str) -> Iterator[str]:
    """A line for each of the first rows; their keys tell which."""
    for row in rows.order_by("pk").values_list("pk", flat=True)[:SHOWN]:
        yield f"{what} {row}"


@invariant
def the_head_is_the_newest_change(now: datetime) -> Iterator[str]:
    """A centre's revision is the highest its items and changes bear."""
    newest_item = InboxItem.objects.filter(user=OuterRef("user")).order_by("-position").values("position")[:1]
    newest_change = InboxChange.objects.filter(user=OuterRef("user")).order_by("-revision").values("revision")[:1]
    zero = Value(0)
    heads = Inbox.objects.annotate(
        item=Coalesce(Subquery(newest_item), zero), change=Coalesce(Subquery(newest_change), zero)
    )
    newest = Case(When(item__gt=F("change"), then=F("item")), default=F("change"), output_field=IntegerField())
    for inbox in heads.annotate(newest=newest).exclude(revision=F("newest"))[:SHOWN]:
        yield f"user {inbox.user_id} stands at {inbox.revision}, the newest change is {inbox.newest}"


@invariant
def cursors_have_no_gap(now: datetime) -> Iterator[str]:
    """The revisions a page may still ask for are each there exactly once."""
    window = Q(user__inbox__revision__lt=F("number") + REPLAYED, number__gt=0)
    items = InboxItem.objects.annotate(number=F("position")).filter(window).values("user").annotate(n=Count("id"))
    changes = InboxChange.objects.annotate(number=F("revision")).filter(window).values("user").annotate(n=Count("id"))
    counted: dict[int, int] = {}
    for row in [*items.order_by(), *changes.order_by()]:
        counted[row["user"]] = counted.get(row["user"], 0) + row["n"]
    for user, revision in Inbox.objects.values_list("user", "revision").iterator():
        expected = min(revision, REPLAYED)
        if counted.get(user, 0) != expected:
            yield f"user {user} has {counted.get(user, 0)} of the newest {expected} cursors"


@invariant
def the_badge_is_what_is_unread(now: datetime) -> Iterator[str]:
    """The kept count equals the counted."""
    unread = InboxItem.objects.filter(read_at=None, deleted_at=None).order_by()
    counted = unread.values("user").annotate(n=Count("id")).values_list("user", "n")
    told = Inbox.objects.exclude(unread=0).values_list("user", "unread")
    for user, number in told.difference(counted)[:SHOWN]:
        yield f"user {user} is told {number} unread, has another number"
    for user, number in counted.difference(told)[:SHOWN]:
        yield f"user {user} has {number} unread, is told another number"


@invariant
def everything_accepted_has_a_place(now: datetime) -> Iterator[str]:
    """A notification lies in somebody's centre until it is old, and whoever has it has its deliveries planned."""
    on_the_way = {pk for part in FanoutPart.objects.iterator() for pk, _users in part.arrivals}
    kept = Notification.objects.filter(created_at__gte=retention.cutoff(now) or EPOCH).exclude(pk__in=on_the_way)
    yield from listed(kept.filter(~Exists(_items_of(OuterRef("pk")))), "nobody has notification")
    planned = Delivery.objects.values_list("user", "notification")
    for user, notification in InboxItem.objects.values_list("user", "notification").difference(planned)[:SHOWN]:
        yield f"nothing is planned for user {user} of {notification}"


@invariant
def no_part_is_left_lying(now: datetime) -> Iterator[str]:
    """What is said to many is on its way to the last of them."""
    yield from listed(FanoutPart.objects.filter(created_at__lt=now - FANOUT_MAX), "not placed is part")


@invariant
def a_delivery_is_open_or_ended(now: datetime) -> Iterator[str]:
    """What waits has a time and no end; what ended has an end, no time and no lease."""
    ended = ~Q(state__in=OPEN)
    yield from listed(Delivery.objects.filter(state=State.PENDING, due_at=None), "no time is set for delivery")
    yield from listed(Delivery.objects.filter(state__in=OPEN, finished_at__isnull=False), "open, yet ended is delivery")
    halved = ended & (Q(finished_at=None) | Q(due_at__isnull=False) | Q(leased_until__isnull=False))
    yield from listed(Delivery.objects.filter(halved), "ended, yet open is delivery")
    silent = Delivery.objects.filter(state__in=(State.SKIPPED, State.FAILED, State.EXPIRED), reason="")
    yield from listed(silent, "no reason is given for delivery")


@invariant
def the_master_switch_held(now: datetime) -> Iterator[str]:
    """To whom it was off when a notification was published, nothing went but into the centre."""
    centre = [channel.code for channel in all_channels() if channel.always_on]
    silent = InboxItem.objects.filter(user=OuterRef("user"), notification=OuterRef("notification"), silent=True)
    left = Delivery.objects.filter(state__in=(State.PENDING, State.SENT, State.DIGEST)).exclude(channel__in=centre)
    yield from listed(left.filter(Exists(silent)), "sent against the master switch is delivery")


@invariant
def a_channel_carries_each_delivery(now: datetime) -> Iterator[str]:
    """Nothing waits for a channel that does not exist."""
    codes = [channel.code for channel in all_channels()]
    yield from listed(Delivery.objects.filter(state__in=OPEN).exclude(channel__in=codes), "no channel carries delivery")


@invariant
def no_lease_outlives_its_worker(now: datetime) -> Iterator[str]:
    """A lease that ran out was taken over; none ends later than a lease can."""
    held = Delivery.objects.filter(state=State.PENDING, leased_until__isnull=False)
    yield from listed(held.filter(leased_until__lt=now - LEASE_MAX), "abandoned is delivery")
    yield from listed(held.filter(leased_until__gt=now + LEASE_MAX), "held too long is delivery")


@invariant
def nothing_waits_past_its_time(now: datetime) -> Iterator[str]:
    """What is not worth sending any more has ended."""
    late = Delivery.objects.filter(state=State.PENDING, expires_at__lt=now - GRACE)
    yield from listed(late.filter(Q(due_at__lt=now - GRACE) | Q(due_at__gt=F("expires_at") + GRACE)), "expired is")


@invariant
def a_kept_answer_is_true(now: datetime) -> Iterator[str]:
    """What an idempotency key answers was published."""
    for key in IdempotencyKey.objects.iterator():
        ids = _answered(key.answer)
        known = Notification.objects.filter(pk__in=ids).count()
        if not ids or known != len(set(ids)):
            yield f"key {key.pk} answers {len(ids)} notifications, {known} exist"


@invariant
def the_database_is_sound(now: datetime) -> Iterator[str]:
    """SQLite's own check; PostgreSQL guards itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check(5)")
            yield from (str(line) for (line,) in cursor.fetchall() if line != "ok")
            cursor.execute("PRAGMA foreign_key_check")
            yield from (f"{row[0]} {row[1]} points at nothing in {row[2]}" for row in cursor.fetchmany(SHOWN))


def _items_of(notification: Any) -> QuerySet[InboxItem]:
    return InboxItem.objects.filter(notification=notification)


def _answered(answer: Any) -> list[UUID]:
    ids = [answer.get("id")] if isinstance(answer, dict) else answer
    return [UUID(pk) for pk in ids if pk] if isinstance(ids, list) else []
