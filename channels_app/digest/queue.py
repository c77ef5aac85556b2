"""The queue of daily mails: a window that closes becomes a mail, which is sent like a delivery."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from accounts import people
from accounts.models import DigestSchedule
from channels_app.channels.email import Email
from channels_app.delivery.versions import Version, Versions
from channels_app.digest import content, mails, windows
from channels_app.mail import compose
from channels_app.mail.mailer import MailConnection, NoSuchAddress
from channels_app.models import DigestMail
from channels_app.queue import leases
from channels_app.queue.queue import REASON_MAX, Job, Queue
from notifcenter.channel import Failure, Gone, Outcome, Refused, TryLater, attempt
from notifcenter.models import State
from notifcenter.operation import crash_points


class Digests(Queue):
    """Daily mails, over one connection a batch; outcomes are written many at a time."""

    code = "digest"
    model = DigestMail
    batch = 500
    related = ("user",)
    written_fields = ("window_end",)
    retries = Email.retries
    flush_seconds = 0.1
    retention = timedelta(days=60)

    def is_due(self, *, now: datetime) -> bool:
        """Also where a window has closed whose mail is not written down yet."""
        return DigestSchedule.objects.filter(next_due_at__lte=now).exists() or super().is_due(now=now)

    def due(self, *, now: datetime) -> QuerySet[Any]:
        """Without those whose day is over: they are given up when the next window closes."""
        return super().due(now=now).filter(window_end__gt=now - mails.LATEST)

    def claim(self) -> list[DigestMail]:
        """Write down the mails of windows that have closed, and take the next that are due."""
        while not leases.stopping.is_set() and windows.open_windows(self.clock()):
            if rows := super().claim():
                return rows
        return super().claim()

    def prepare(self, rows: Sequence[DigestMail], *, now: datetime) -> Iterator[Job]:
        """Mails in which something is left."""
        content.skip_read(rows, now=now)
        waiting = content.waiting_for(rows)
        if content.skip_unwanted(rows, waiting, now=now):
            waiting = content.waiting_for(rows)
        mails.end([row for row in rows if row.id not in waiting], State.SKIPPED, "read", now)
        self._carried = {mail: [notification for notification, _number in of] for mail, of in waiting.items()}
        self._versions = Versions({notification.pk for of in self._carried.values() for notification in of})
        for row in rows:
            if row.id in waiting:
                yield from self.ready(row, partial(_job, row, waiting[row.id]))

    def last_look(self, job: Job) -> Job | None:
        """Composed anew where something in it changed since or was withdrawn; None where nothing is left of it."""
        row = job.row
        if all(self._versions.of(each.pk) == Version(each.changed_at, None) for each in self._carried[row.id]):
            return job
        if not leases.write(row, attempts=row.attempts):
            return None
        if not (waiting := content.waiting_for([row]).get(row.id)):
            mails.end([row], State.SKIPPED, "withdrawn", self.clock())
            return None
        return _job(row, waiting)

    def send(self, jobs: Iterable[Job]) -> Iterator[tuple[Any, Outcome]]:
        """One after another over one connection."""
        with MailConnection() as connection:
            for job in jobs:
                outcome = attempt(partial(_send, connection, job))
                crash_points.at("digest.sent")
                yield job.row.pk, outcome

    @transaction.atomic
    def record_all(self, outcomes: Sequence[tuple[Any, Outcome]], *, now: datetime) -> None:
        """Write the outcomes of those that are still ours, a few statements for all of them."""
        held = _still_held([row for row, _outcome in outcomes])
        ours = [(row, outcome) for row, outcome in outcomes if row.id in held]
        mails.end([row for row, outcome in ours if not isinstance(outcome, Failure)], State.SENT, "digested", now)
        failed = [(self.reason(outcome), row) for row, outcome in ours if isinstance(outcome, Gone | Refused)]
        for reason, rows in mails.grouped(failed).items():
            mails.end(rows, State.FAILED, reason, now)
        later = [(self._next(row, outcome), row) for row, outcome in ours if isinstance(outcome, TryLater)]
        for (wait, reason), rows in mails.grouped(later).items():
            again = {"due_at": now + timedelta(seconds=wait), "leased_until": None, "reason": reason}
            DigestMail.objects.filter(id__any_of=[row.id for row in rows]).update(**again)

    def record(self, row: object, outcome: Outcome, *, now: datetime) -> None:
        """The same for one."""
        self.record_all([(row, outcome)], now=now)

    def settle(self, outcomes: Sequence[tuple[Job, Outcome]]) -> None:
        """Stop mail to addresses that do not exist."""
        for job, outcome in outcomes:
            if isinstance(outcome, NoSuchAddress):
                people.stop_mail(job.row.user.email, str(outcome))

    def end_due(self, reason: str, *, now: datetime) -> None:
        """Also the windows that have closed, however long ago: their mails may be out, even of what is not here."""
        super().end_due(reason, now=now)
        moved = list(DigestSchedule.objects.filter(next_due_at__lte=now).values_list("pk", flat=True))
        while windows.open_windows(now, too_old=datetime.min.replace(tzinfo=UTC)):
            pass
        DigestSchedule.objects.filter(pk__any_of=moved).update(mailed_at=F("window_start"))
        super().end_due(reason, now=now)

    def skip_all(self, rows: Sequence[DigestMail], reason: str, *, now: datetime) -> None:
        """With the deliveries that they carry."""
        mails.end(rows, State.SKIPPED, reason, now)

    def ended(self, *, before: datetime) -> QuerySet[Any, Any]:
        """By the end of their window, which has an index."""
        return DigestMail.objects.filter(window_end__lt=before).values_list("pk", flat=True)

    def _next(self, row: DigestMail, outcome: TryLater) -> tuple[float, str]:
        """Seconds to wait and why; not at random, so that rows with one outcome can be written by one statement."""
        return self.retries.wait(row.attempts, outcome.after or 0), str(outcome)[:REASON_MAX]


def _job(row: DigestMail, waiting: Sequence[Any]) -> Job:
    return Job(row, content.digest(row, waiting))


def _send(connection: MailConnection, job: Job) -> None:
    connection.send(compose.digest(job.content, job.row.user.email))


def _still_held(rows: Sequence[DigestMail]) -> set[int]:
    """The ids of those that no other worker has claimed meanwhile; they stay ours until the transaction ends."""
    pending = DigestMail.objects.select_for_update().filter(id__any_of=[row.id for row in rows], state=State.PENDING)
    attempts = dict(pending.values_list("id", "attempts"))
    return {row.id for row in rows if attempts.get(row.id) == row.attempts}
