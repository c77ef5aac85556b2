"""The hour of somebody's daily digest: the row that says when the next one is due."""

from datetime import datetime, time

from django.db import transaction

from accounts import schedule
from accounts.models import ChannelPreference, DigestSchedule, User


def schedule_of(user: User, *, lock: bool = False) -> DigestSchedule:
    """When the person's digest goes out; without a choice an unsaved row with the defaults."""
    rows = DigestSchedule.objects.select_for_update() if lock else DigestSchedule.objects.all()
    row = rows.filter(user=user).first() or DigestSchedule()
    row.user = user
    return row


def choose(user: User, hour: time | None, zone: str | None, now: datetime) -> bool:
    """Move the digest to that hour and zone (None: as it is); whether this changed one of them.

    A schedule begins with the first choice of an hour or of a daily mode.
    """
    row = schedule_of(user, lock=True)
    before = (row.time, row.zone.key)
    row.time = row.time if hour is None else hour
    chosen = row.zone.key if zone is None else zone
    row.timezone = "" if chosen == user.timezone else chosen
    changed = (row.time, row.zone.key) != before
    if changed or (row.next_due_at is None and _has_daily_mail(user)):
        _settle(row, now)
    return changed


def reschedule(user: User, now: datetime) -> None:
    """Bring the digest's next hour in line with the person's zone; nothing moves when it already is."""
    with transaction.atomic():
        row = schedule_of(user, lock=True)
        if row.next_due_at:
            _settle(row, now)


def _has_daily_mail(user: User) -> bool:
    return ChannelPreference.objects.filter(user=user, email_mode=ChannelPreference.Mode.DAILY).exists()


def _settle(row: DigestSchedule, now: datetime) -> None:
    due = row.next_due_at
    if due is None or not schedule.is_occurrence(row.time, row.zone, due):
        row.next_due_at = schedule.next_after_mail(row.time, row.zone, now, row.mailed_at)
    if row.window_start is None:
        row.window_start = schedule.previous_due(row.time, row.zone, row.next_due_at)
    row.save()
