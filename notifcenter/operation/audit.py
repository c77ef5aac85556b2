"""Consistency check: what must be true of the data at any moment, after any crash. Each invariant yields breaches."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat

from notifcenter.channel import all_channels
from notifcenter.models import (
    COUNTED,
    ActionPress,
    Delivery,
    FanoutPart,
    IdempotencyKey,
    Inbox,
    InboxChange,
    InboxItem,
    Notification,
    State,
)
from notifcenter.operation import retention

LEASE_MAX = timedelta(seconds=90)
EXPIRY_GRACE = timedelta(seconds=90)
FANOUT_MAX = timedelta(hours=1)
BREACHES_SHOWN = 20
OLDEST = F("user__inbox__revision") - retention.NEWEST_ENTRIES
"""A change's or item's inbox has entries that pages may ask for only after this cursor."""
EPOCH = datetime.fromtimestamp(0, UTC)
OPEN = (State.PENDING, State.DIGEST)

Invariant = Callable[[datetime], Iterable[str]]
_invariants: list[Invariant] = []


def invariant(check: Invariant) -> Invariant:
    """Register a check; it yields a line for each breach."""
    _invariants.append(check)
    return check


def breaches(*, now: datetime) -> Iterator[str]:
    """A line for each breach of each invariant, read from one snapshot of the database."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for check in _invariants:
            for breach in check(now):
                yield f"{check.__name__}: {breach}"


def listed(rows: QuerySet[Any], what: str) -> Iterator[str]:
    """``what`` with the primary key, for each of the first rows."""
    for row in rows.order_by("pk").values_list("pk", flat=True)[:BREACHES_SHOWN]:
        yield f"{what} {row}"


@invariant
def the_latest_revision_is_the_newest_change(now: datetime) -> Iterator[str]:
    """An inbox's revision is the highest of its items and changes."""
    newest_item = InboxItem.objects.filter(user=OuterRef("user")).order_by("-position").values("position")[:1]
    newest_change = InboxChange.objects.filter(user=OuterRef("user")).order_by("-revision").values("revision")[:1]
    zero = Value(0)
    inboxes = Inbox.objects.annotate(
        item=Coalesce(Subquery(newest_item), zero), change=Coalesce(Subquery(newest_change), zero)
    )
    newest = Case(When(item__gt=F("change"), then=F("item")), default=F("change"), output_field=IntegerField())
    for inbox in inboxes.annotate(newest=newest).exclude(revision=F("newest"))[:BREACHES_SHOWN]:
        yield f"user {inbox.user_id} has revision {inbox.revision}, the newest change is {inbox.newest}"


@invariant
def cursors_have_no_gap(now: datetime) -> Iterator[str]:
    """Each revision that a page may still ask for exists exactly once."""
    window = Q(user__inbox__revision__lt=F("number") + retention.NEWEST_ENTRIES, number__gt=0)
    items = InboxItem.objects.annotate(number=F("position")).filter(window).values("user").annotate(n=Count("id"))
    changes = InboxChange.objects.annotate(number=F("revision")).filter(window).values("user").annotate(n=Count("id"))
    counted = Counter(_moves())
    for row in [*items.order_by(), *changes.order_by()]:
        counted[row["user"]] += row["n"]
    for user, revision in Inbox.objects.values_list("user", "revision").iterator():
        expected = min(revision, retention.NEWEST_ENTRIES)
        if counted[user] != expected:
            yield f"user {user} has {counted[user]} of the newest {expected} cursors"


def _moves() -> dict[int, int]:
    """By user, how many cursors of the window are those that items came with and left since, when they were renewed;
    without those that they have now, which are those of the renewals."""
    renewals = InboxChange.objects.filter(previous_positions__isnull=False, revision__gt=OLDEST)
    there = set(renewals.values_list("user", "revision"))
    counted: Counter[int] = Counter()
    for user, previous, oldest in renewals.values_list("user", "previous_positions", OLDEST).iterator():
        counted[user] += sum(position > oldest and (user, position) not in there for position in previous.values())
    at_renewal = renewals.filter(user=OuterRef("user"), revision=OuterRef("position"))
    for user in InboxItem.objects.filter(Exists(at_renewal)).values_list("user", flat=True).iterator():
        counted[user] -= 1
    return counted


@invariant
def the_badge_is_what_is_unread(now: datetime) -> Iterator[str]:
    """The stored number of unread items equals the counted one."""
    unread = InboxItem.objects.filter(COUNTED).order_by()
    counted = unread.values("user").annotate(n=Count("id")).values_list("user", "n")
    stored = Inbox.objects.exclude(unread=0).values_list("user", "unread")
    for user, number in stored.difference(counted)[:BREACHES_SHOWN]:
        yield f"user {user} has {number} unread by the counter, not by its items"
    for user, number in counted.difference(stored)[:BREACHES_SHOWN]:
        yield f"user {user} has {number} unread items, not so by the counter"


@invariant
def everything_accepted_has_a_place(now: datetime) -> Iterator[str]:
    """A notification is in somebody's inbox until it is old, and its deliveries to everybody who has it are planned."""
    in_chunks = {pk for chunk in FanoutPart.objects.iterator() for pk, _users in chunk.entries}
    visible = Notification.objects.filter(withdrawn_at=None, scheduled=None)
    placed = visible.filter(created_at__gte=retention.cutoff(now) or EPOCH).exclude(pk__in=in_chunks)
    yield from listed(placed.filter(~Exists(_items_of(OuterRef("pk")))), "nobody has notification")
    planned = Delivery.objects.values_list("user", "notification")
    items = InboxItem.objects.filter(Q(settled__text=None) | Q(settled__text="")).values_list("user", "notification")
    for user, notification in items.difference(planned)[:BREACHES_SHOWN]:
        yield f"nothing is planned for user {user} of {notification}"


@invariant
def a_channel_is_settled_or_planned(now: datetime) -> Iterator[str]:
    """No delivery is both a row and settled on its item."""
    word = Concat(Value(" "), OuterRef("channel"), Value("="), output_field=TextField())
    items = InboxItem.objects.filter(user=OuterRef("user"), notification=OuterRef("notification"))
    both = items.annotate(words=Concat(Value(" "), "settled__text", output_field=TextField())).filter(
        words__contains=word
    )
    yield from listed(Delivery.objects.filter(Exists(both), device=0), "settled as well is delivery")


@invariant
def an_exclusive_action_belongs_to_one(now: datetime) -> Iterator[str]:
    """Nobody pressed an exclusive action after somebody else; it may have become exclusive by an update."""
    several = ActionPress.objects.values("notification", "action").annotate(n=Count("id"), last=Max("at"))
    columns = "notification__details", "notification__changed_at", "notification__created_at"
    for row in several.filter(n__gt=1).values("notification", "action", "last", *columns).iterator():
        details, changed_at, created_at = (row[name] for name in columns)
        is_exclusive = any(one["id"] == row["action"] and one["exclusive"] for one in details.get("actions", ()))
        if is_exclusive and row["last"] > (changed_at or created_at):
            yield f"several people have the action {row['action']} of {row['notification']}"


@invariant
def no_chunk_waits_too_long(now: datetime) -> Iterator[str]:
    """A fan-out is placed within ``FANOUT_MAX``."""
    yield from listed(FanoutPart.objects.filter(created_at__lt=now - FANOUT_MAX), "not placed is chunk")


@invariant
def a_delivery_is_open_or_ended(now: datetime) -> Iterator[str]:
    """An open delivery has a due time and no end; an ended one has an end, no due time and no lease."""
    ended = ~Q(state__in=OPEN)
    yield from listed(Delivery.objects.filter(state=State.PENDING, due_at=None), "no time is set for delivery")
    yield from listed(Delivery.objects.filter(state__in=OPEN, finished_at__isnull=False), "open, yet ended is delivery")
    half_open = ended & (Q(finished_at=None) | Q(due_at__isnull=False) | Q(leased_until__isnull=False))
    yield from listed(Delivery.objects.filter(half_open), "ended, yet open is delivery")
    unexplained = Delivery.objects.filter(state__in=(State.SKIPPED, State.FAILED, State.EXPIRED), reason="")
    yield from listed(unexplained, "no reason is given for delivery")


@invariant
def the_master_switch_held(now: datetime) -> Iterator[str]:
    """Who had it off at publication, or at its last renewal, got the notification in the inbox only."""
    always_on = [channel.code for channel in all_channels() if channel.always_on]
    silent = InboxItem.objects.filter(user=OuterRef("user"), notification=OuterRef("notification"), silent=True)
    sent = Delivery.objects.filter(state__in=(State.PENDING, State.SENT, State.DIGEST)).exclude(channel__in=always_on)
    lately = Q(notification__renewed_at=None) | Q(created_at__gte=F("notification__renewed_at"))
    yield from listed(sent.filter(lately & Exists(silent)), "sent against the master switch is delivery")


@invariant
def a_channel_carries_each_delivery(now: datetime) -> Iterator[str]:
    """No open delivery belongs to a channel that does not exist."""
    codes = [channel.code for channel in all_channels()]
    yield from listed(Delivery.objects.filter(state__in=OPEN).exclude(channel__in=codes), "no channel carries delivery")


@invariant
def no_lease_outlives_its_worker(now: datetime) -> Iterator[str]:
    """An expired lease was taken over; none ends later than a lease can."""
    leased = Delivery.objects.filter(state=State.PENDING, leased_until__isnull=False)
    yield from listed(leased.filter(leased_until__lt=now - LEASE_MAX), "abandoned is delivery")
    yield from listed(leased.filter(leased_until__gt=now + LEASE_MAX), "held too long is delivery")


@invariant
def nothing_waits_past_its_expiry(now: datetime) -> Iterator[str]:
    """A delivery past its expiry has ended."""
    late = Delivery.objects.filter(state=State.PENDING, expires_at__lt=now - EXPIRY_GRACE)
    yield from listed(
        late.filter(Q(due_at__lt=now - EXPIRY_GRACE) | Q(due_at__gt=F("expires_at") + EXPIRY_GRACE)), "expired is"
    )


@invariant
def a_recorded_response_is_true(now: datetime) -> Iterator[str]:
    """The notifications in the response of an idempotency key were published."""
    for key in IdempotencyKey.objects.iterator():
        ids = _ids_in(key.answer)
        existing = Notification.objects.filter(pk__in=ids).count()
        if not ids or existing != len(set(ids)):
            yield f"key {key.pk} names {len(ids)} notifications, {existing} exist"


@invariant
def the_database_is_sound(now: datetime) -> Iterator[str]:
    """SQLite's own check; PostgreSQL guards itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check(5)")
            yield from (str(line) for (line,) in cursor.fetchall() if line != "ok")
            cursor.execute("PRAGMA foreign_key_check")
            yield from (f"{row[0]} {row[1]} points at nothing in {row[2]}" for row in cursor.fetchmany(BREACHES_SHOWN))


def _items_of(notification: Any) -> QuerySet[InboxItem]:
    return InboxItem.objects.filter(notification=notification)


def _ids_in(response: Any) -> list[UUID]:
    ids = [response.get("id")] if isinstance(response, dict) else response
    return [UUID(pk) for pk in ids if pk] if isinstance(ids, list) else []
