"""What a restored database does with what fell due since the backup: it may have gone out, so it ends unsent."""

from datetime import datetime

from channels_app.delivery.due_changes import KINDS
from channels_app.delivery.fanout import Fanout
from channels_app.queue.queue import queues
from channels_app.webhooks import Webhooks

REASON = "restored"
FIRST = (*(kind.code for kind in KINDS), Fanout.code, Webhooks.code)
"""What the clock changes, and chunks, plan deliveries, which then end; the end of a delivery makes a call, which has
not been made yet."""


def end_what_fell_due(*, now: datetime) -> None:
    """End it in every queue, with the reason ``restored``; what is due later stays."""
    for queue in sorted(queues(), key=lambda one: one.code not in FIRST):
        queue.end_due(REASON, now=now)
