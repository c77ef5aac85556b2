"""Daily mails that are written down: claim, send, write off, and what to do when they cannot be sent."""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Min

from accounts import people
from channels_app import counters, webhooks
from channels_app.channels.email import Email
from channels_app.digest import content
from channels_app.mail import compose
from channels_app.mail.mailer import NoSuchAddress, Post
from channels_app.models import DigestMail
from channels_app.queue import leases
from notifcenter.channel import Outcome, Refused, TryLater
from notifcenter.models import Delivery, State
from notifcenter.operation import crash_points

BATCH = 500
FLUSH_SECONDS = 0.1
LATEST = timedelta(hours=24)
REASON_MAX = 500


def waiting(users: Iterable[int]) -> dict[int, datetime]:
    """When the oldest notification was published that waits for each person's digest."""
    rows = Delivery.objects.filter(user__among=users, state=State.DIGEST).order_by()
    return dict(rows.values("user").annotate(oldest=Min("created_at")).values_list("user", "oldest"))


def claim(now: datetime) -> list[DigestMail]:
    """Take the next due mails for the time of a lease."""
    due = DigestMail.objects.filter(state=State.PENDING, due_at__lte=now, window_end__gt=now - LATEST)
    return leases.claim(due.order_by("due_at"), BATCH, "user", now=now)


def deliver(rows: Sequence[DigestMail], now: datetime) -> int:
    """Send these claimed mails over one connection; gives how many were taken."""
    if not rows:
        return 0
    gathered = content.gather(rows, now)
    write_off([row for row in rows if row.id not in gathered], State.SKIPPED, "read", now)
    full = [row for row in rows if row.id in gathered]
    with leases.renewing(full) as in_hand, Post() as post:
        book = _Book(now, in_hand)
        for row in full:
            if leases.stopping.is_set():
                leases.hand_back(row, now)
            elif in_hand.keeps(row.id):
                outcome = _outcome(post, gathered[row.id], row.user.email)
                crash_points.at("digest.sent")
                book.enter(row, outcome)
        book.write()
    return book.sent


def give_up(users: Iterable[int], now: datetime) -> set[int]:
    """The next window opens: what was not sent by now never will be. Gives whose mail is in a worker's hands now."""
    rows = list(DigestMail.objects.filter(user__among=users, state=State.PENDING))
    in_hand = {row.user_id for row in rows if row.leased_until and row.leased_until > now}
    for reason, failed in _grouped((row.reason, row) for row in rows if row.user_id not in in_hand).items():
        write_off(failed, State.FAILED, reason, now)
    return in_hand


def write_off(rows: Sequence[DigestMail], state: str, reason: str, now: datetime) -> None:
    """These mails have ended so, and the deliveries they carried with them; two statements however many."""
    if rows:
        verdict = {"state": state, "reason": reason[:REASON_MAX], "finished_at": now}
        with transaction.atomic():
            carried = content.carried(rows)
            webhooks.note_all(carried, verdict, now=now)
            counters.deliveries.labels(Email.code, str(state)).inc(carried.update(**verdict))
            ended = DigestMail.objects.filter(id__among=[row.id for row in rows])
            ended.update(**verdict, due_at=None, leased_until=None)


Entry = tuple[DigestMail, Outcome]


class _Book:
    """Writes outcomes off ten times a second: few statements, and few mails that a crash could send twice."""

    def __init__(self, now: datetime, in_hand: leases.Hand) -> None:
        self.sent = 0
        self._now, self._begun = now, time.monotonic()
        self._in_hand = in_hand
        self._entries: list[Entry] = []
        self._written_at = self._begun

    def enter(self, row: DigestMail, outcome: Outcome) -> None:
        """Note how one ended."""
        self._entries.append((row, outcome))
        if time.monotonic() - self._written_at > FLUSH_SECONDS:
            self.write()

    def write(self) -> None:
        """Write off what was noted."""
        now = self._now + timedelta(seconds=time.monotonic() - self._begun)
        leases.surely(partial(_record, self._entries, now))
        self._in_hand.difference_update(row.id for row, _outcome in self._entries)
        self.sent += sum(outcome is None for _row, outcome in self._entries)
        self._entries, self._written_at = [], time.monotonic()


@transaction.atomic
def _record(entries: Sequence[Entry], now: datetime) -> None:
    """Write down how these ended, as far as they are still ours."""
    held = _held([row for row, _outcome in entries])
    mine = [(row, outcome) for row, outcome in entries if row.id in held]
    write_off([row for row, outcome in mine if outcome is None], State.SENT, "digested", now)
    refused = [(str(outcome), row) for row, outcome in mine if isinstance(outcome, Refused)]
    for reason, rows in _grouped(refused).items():
        write_off(rows, State.FAILED, reason, now)
    later = [(_next(row, outcome), row) for row, outcome in mine if isinstance(outcome, TryLater)]
    for (delay, reason), rows in _grouped(later).items():
        again = {"due_at": now + timedelta(seconds=delay), "leased_until": None, "reason": reason[:REASON_MAX]}
        DigestMail.objects.filter(id__among=[row.id for row in rows]).update(**again)
    for row, outcome in mine:
        if isinstance(outcome, NoSuchAddress):
            people.stop_mail(row.user_id, row.user.email, str(outcome))


def _held(rows: Sequence[DigestMail]) -> set[int]:
    """The ids of those that no other worker has claimed meanwhile; they stay ours until the transaction ends."""
    pending = DigestMail.objects.select_for_update().filter(id__among=[row.id for row in rows], state=State.PENDING)
    attempts = dict(pending.values_list("id", "attempts"))
    return {row.id for row in rows if attempts.get(row.id) == row.attempts}


def _next(row: DigestMail, outcome: TryLater) -> tuple[float, str]:
    delay = Email.retries.delay(row.attempts)
    return max(delay, outcome.after or 0), str(outcome)


def _outcome(post: Post, gathered: compose.Digest, address: str) -> Outcome:
    try:
        post.send(compose.digest(gathered, address))
    except (TryLater, Refused) as outcome:
        return outcome
    except Exception as error:
        return TryLater(f"{type(error).__name__}: {error}")
    return None


def _grouped(pairs: Iterable[tuple[Any, DigestMail]]) -> dict[Any, list[DigestMail]]:
    groups: dict[Any, list[DigestMail]] = defaultdict(list)
    for key, row in pairs:
        groups[key].append(row)
    return groups
