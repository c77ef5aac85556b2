"""Daily mails that are written down, and the deliveries they carry: what ends them, two statements however many."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import Max, Min

from channels_app import counters, webhooks
from channels_app.channels.email import Email
from channels_app.digest import content
from channels_app.models import DigestMail
from channels_app.queue.queue import REASON_MAX
from notifcenter.models import Delivery, State

LATEST = timedelta(hours=24)
"""A mail is sent at most so long after the end of its window."""

K = TypeVar("K", bound=Hashable)


def waiting(users: Iterable[int]) -> dict[int, tuple[datetime, int]]:
    """Of each person for whose digest something waits: when the oldest was published, and the greatest priority."""
    rows = Delivery.objects.filter(user__any_of=users, state=State.DIGEST, channel=Email.code).order_by()
    by_user = rows.values("user").annotate(oldest=Min("created_at"), most=Max("priority"))
    return {user: (oldest, most) for user, oldest, most in by_user.values_list("user", "oldest", "most")}


def give_up(users: Iterable[int], now: datetime) -> set[int]:
    """The next window opens: what was not sent by now never will be. Gives whose mail a worker is sending now."""
    rows = list(DigestMail.objects.filter(user__any_of=users, state=State.PENDING))
    leased = {row.user_id for row in rows if row.leased_until and row.leased_until > now}
    for reason, failed in grouped((row.reason, row) for row in rows if row.user_id not in leased).items():
        end(failed, State.FAILED, reason, now)
    return leased


def end(rows: Sequence[DigestMail], state: str, reason: str, now: datetime) -> None:
    """These mails have ended so, and the deliveries they carried with them."""
    if rows:
        values = {"state": state, "reason": reason[:REASON_MAX], "finished_at": now}
        with transaction.atomic():
            carried = content.carried(rows)
            webhooks.note_all(carried, values, now=now)
            counters.deliveries.labels(Email.code, str(state)).inc(carried.update(**values))
            ended = DigestMail.objects.filter(id__any_of=[row.id for row in rows])
            ended.update(**values, due_at=None, leased_until=None)


def grouped(pairs: Iterable[tuple[K, DigestMail]]) -> dict[K, list[DigestMail]]:
    """The mails by the first of each pair."""
    groups: dict[K, list[DigestMail]] = defaultdict(list)
    for key, row in pairs:
        groups[key].append(row)
    return groups
