"""What the audit asks of the daily mails and of the queues; deliveries are the core's own."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q

from accounts.models import DigestSchedule
from channels_app.models import DigestMail
from channels_app.queue.queue import queues
from notifcenter.models import Delivery, State
from notifcenter.operation.audit import LEASE_MAX, invariant, listed


@invariant
def digest_windows_go_forward(now: datetime) -> Iterator[str]:
    """A window ends after it began, and the next begins no earlier than the last ended."""
    yield from listed(DigestMail.objects.filter(window_end__lte=F("window_start")), "no window has daily mail")
    ahead = DigestMail.objects.filter(user=OuterRef("user"), window_end__gt=OuterRef("window_start"))
    yield from listed(
        DigestSchedule.objects.filter(Exists(ahead)), "begins anew before its last window ended: schedule"
    )


@invariant
def rows_of_queues_are_open_or_ended(now: datetime) -> Iterator[str]:
    """What waits has a time, what ended has an end, and no lease outlives its worker."""
    broken = Q(state=State.PENDING, due_at=None) | ~Q(state=State.PENDING) & Q(finished_at=None)
    abandoned = Q(state=State.PENDING, leased_until__lt=now - LEASE_MAX)
    held = Q(state=State.PENDING, leased_until__gt=now + LEASE_MAX)
    for model in sorted({queue.model for queue in queues() if queue.is_leased} - {Delivery}, key=str):
        yield from listed(model.objects.filter(broken | abandoned | held), f"broken is {model.__name__}")
