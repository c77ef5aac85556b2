"""Numbers of a provider by day: of what was published then, how much was read, and how it went by each channel.

A day that is over is counted by the hourly cleaning and written down, again for a week, since people read later; so a
question costs the rows of today alone. They are found by (provider, kind, created_at), their items and deliveries by
notification.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from notifcenter.channel import all_channels
from notifcenter.inbox import settled
from notifcenter.models import Delivery, InboxItem, Kind, Notification, Provider, ProviderDay, State

SETTLING = timedelta(days=7)
LIFETIME = timedelta(days=100)
EXACT_SECONDS = 120
STEP = 1.05
"""Longer times are kept within 5 %."""
MUTED = ("master_off", "channel_off", "mail_off", "muted", "low")


def of(provider: int, *, days: int, now: datetime) -> dict[str, Any]:
    """``{"days", "median_seconds_until_read"}`` of the last days, today included, the oldest first."""
    today = timezone.localdate(now)
    dates = [today - timedelta(days=back) for back in reversed(range(days))]
    known = {row.date: row for row in ProviderDay.objects.filter(provider=provider, date__in=dates[:-1])}
    rows = [known.get(day) or _day(provider, day, is_over=day < today) for day in dates]
    seconds: Counter[int] = Counter()
    for row in rows:
        seconds.update({int(name): number for name, number in row.seconds.items()})
    return {"days": [_shown(row) for row in rows], "median_seconds_until_read": _median(seconds)}


def roll_up(*, now: datetime) -> None:
    """Count the days that are over and not written down yet, and those of the last week again; forget the oldest."""
    today = timezone.localdate(now)
    ProviderDay.objects.filter(date__lt=today - LIFETIME).delete()
    for provider in Provider.objects.values_list("pk", flat=True):
        for back in range(1, SETTLING.days + 1):
            _day(provider, today - timedelta(days=back), is_over=True)


def _day(provider: int, day: date, *, is_over: bool) -> ProviderDay:
    """The numbers of a day; written down where it ``is_over``."""
    published = _published(provider, day)
    number = published.count()
    values: dict[str, Any] = {"published": number, "read": 0, "channels": {}, "seconds": {}}
    if number:
        seconds = _until_read(published)
        values |= {"read": seconds.total(), "channels": _by_channel(published)}
        values["seconds"] = {str(name): seconds[name] for name in sorted(seconds)}
    if not is_over:
        return ProviderDay(provider_id=provider, date=day, **values)
    row, _new = ProviderDay.objects.update_or_create(provider_id=provider, date=day, defaults=values)
    return row


def _published(provider: int, day: date) -> QuerySet[Notification]:
    """Each kind is named, so that the index is read along."""
    zone = timezone.get_default_timezone()
    begin, end = (datetime.combine(each, datetime.min.time(), zone) for each in (day, day + timedelta(days=1)))
    rows = Notification.objects.filter(provider=provider, owner=None, kind__in=Kind.values)
    return rows.filter(created_at__gte=begin, created_at__lt=end)


def _until_read(published: QuerySet[Notification]) -> Counter[int]:
    """The number of items by the seconds until they were read."""
    items = InboxItem.objects.filter(notification__in=published, read_at__isnull=False).order_by()
    moments = items.values_list("read_at", "notification__created_at").iterator()
    return Counter(_rounded(read_at - created_at) for read_at, created_at in moments if read_at)


def _rounded(waited: timedelta) -> int:
    whole = max(0, round(waited.total_seconds()))
    if whole <= EXACT_SECONDS:
        return whole
    step = float(EXACT_SECONDS)
    while step * STEP < whole:
        step *= STEP
    return round(step)


def _by_channel(published: QuerySet[Notification]) -> dict[str, dict[str, int]]:
    rows = Delivery.objects.filter(notification__in=published).order_by().values("channel")
    counted = rows.annotate(
        sent=Count("id", filter=Q(state=State.SENT)),
        failed=Count("id", filter=Q(state__in=(State.FAILED, State.EXPIRED))),
        muted=Count("id", filter=Q(state=State.SKIPPED, reason__in=MUTED)),
    )
    columns = counted.values_list("channel", "sent", "failed", "muted")
    by_channel = {name: Counter(sent=sent, failed=failed, muted=muted) for name, sent, failed, muted in columns}
    for channel, state, reason, number in _settled(published):
        counts = by_channel.setdefault(channel, Counter(sent=0, failed=0, muted=0))
        counts["sent"] += number * (state == State.SENT)
        counts["muted"] += number * (reason in MUTED)
    return {channel: dict(counts) for channel, counts in by_channel.items()}


def _settled(published: QuerySet[Notification]) -> Iterator[tuple[str, str, str, int]]:
    """(channel, state, reason, number) of what was settled at publication."""
    items = InboxItem.objects.filter(notification__in=published, settled__isnull=False).order_by()
    for text, number in items.values_list("settled__text").annotate(number=Count("id")):
        yield from ((*each, number) for each in settled.decode(text))


def _shown(row: ProviderDay) -> dict[str, Any]:
    none = {"sent": 0, "failed": 0, "muted": 0}
    channels = {channel.code: none for channel in all_channels()} | row.channels
    return {"date": row.date.isoformat(), "published": row.published, "read": row.read, "channels": channels}


def _median(seconds: Counter[int]) -> int | None:
    middle, seen = (seconds.total() + 1) // 2, 0
    for waited in sorted(seconds):
        seen += seconds[waited]
        if seen >= middle:
            return waited
    return None
