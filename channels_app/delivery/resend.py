"""What a change of a notification means for its deliveries: some go out again, some must not go out any more.

What waits is not sent twice: it goes out with the newest content. What a worker has in hand at a renewal goes out again
(``attempts`` rises, so the worker's outcome is not taken for the new one's); at a withdrawal the worker looks once more
right before it hands it over.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q

from channels_app import counters, webhooks
from channels_app.delivery import plan
from channels_app.push import closing
from notifcenter.channel import channel_named
from notifcenter.database import json_rows
from notifcenter.inbox import settled
from notifcenter.models import Delivery, DeliveryEvent, Priority, State
from notifcenter.publishing.spread import How, Spread
from notifcenter.publishing.sql import InboxEntries, PlannedDeliveries

AGAIN, WITHDRAWN = "again", "withdrawn"

RESEND = """
    INSERT INTO notifcenter_delivery (
        notification_id, user_id, channel, device, state, reason, urgent, attempts, created_at, due_at, expires_at,
        priority
    )
    SELECT %s{uuid}, (value ->> 0){number}, value ->> 2, (value ->> 1){number}, value ->> 3, value ->> 4,
        (value ->> 5){truth}, 0, (value ->> 6){time}, (value ->> 7){time}, (value ->> 8){time},
        (value ->> 9){small}
    FROM {rows} WHERE true
    ON CONFLICT (user_id, notification_id, channel, device) DO UPDATE
    SET state = excluded.state, reason = excluded.reason, created_at = excluded.created_at, due_at = excluded.due_at,
        expires_at = excluded.expires_at, priority = excluded.priority, finished_at = NULL, leased_until = NULL,
        attempts = notifcenter_delivery.attempts + 1, resends = COALESCE(notifcenter_delivery.resends, 0) + 1
    WHERE notifcenter_delivery.state NOT IN ('pending', 'digest') OR notifcenter_delivery.leased_until IS NOT NULL
    RETURNING id, resends, user_id, channel"""


def follow(spread: Spread, *, now: datetime) -> None:
    """Plan again what a renewal, a fold's end or a snooze's end sends once more; end what a withdrawal stops."""
    if spread.how in (How.RENEWED, How.FOLD_ENDED, How.RETURNED):
        _send_again(spread, now)
    elif spread.how == How.WITHDRAWN:
        _stop(spread, now)


def _send_again(spread: Spread, now: datetime) -> None:
    entries = [InboxEntries(spread.notification, [(user, 0, False) for user in spread.users])]
    planned = [each for each in plan.plan(entries, now=now) if each.state in plan.WAITING]
    if spread.how == How.RETURNED:
        planned = [each for each in planned if (channel := channel_named(each.channel)) and channel.needs_device]
    rows = [row for each in planned for row in _rows(each, now)]
    if rows:
        written = json_rows.execute(RESEND, rows, spread.notification.pk.hex)
        again = [DeliveryEvent(delivery_id=pk, at=now, what=AGAIN) for pk, resends, *_new in written if resends]
        DeliveryEvent.objects.bulk_create(again)
        settled.open_again(
            spread.notification.pk, [(user, channel) for _pk, resends, user, channel in written if not resends]
        )
        plan.announce_after_commit(planned)


def _rows(planned: PlannedDeliveries, now: datetime) -> Iterable[tuple[Any, ...]]:
    priority = planned.notification.priority
    values = planned.channel, planned.state, planned.reason, priority >= Priority.HIGH
    times = now, planned.due_at, planned.expires_at
    return [(user, device, *values, *times, priority) for user, device in planned.to]


def _stop(spread: Spread, now: datetime) -> None:
    deliveries = Delivery.objects.filter(notification=spread.notification, user__any_of=list(spread.users))
    in_hand = Q(leased_until__gt=now)
    waiting = deliveries.filter(state__in=plan.WAITING).exclude(in_hand)
    values = {"state": State.SKIPPED, "reason": WITHDRAWN, "finished_at": now}
    webhooks.note_all(waiting, values, now=now)
    for channel in set(waiting.values_list("channel", flat=True)):
        ended = waiting.filter(channel=channel).update(**values, due_at=None, leased_until=None)
        counters.deliveries.labels(channel, State.SKIPPED).inc(ended)
    closing.close(deliveries.exclude(device=0).filter(state=State.SENT), now=now)
