"""What may have changed between planning and sending, asked once for a whole batch right before it goes out."""

from collections.abc import Sequence
from datetime import datetime

from accounts.preferences import many
from accounts.preferences.resolve import Decision
from channels_app.live import page_status
from channels_app.live.page_status import Status
from notifcenter.channel import Channel
from notifcenter.models import Delivery, InboxItem, Kind, Notification, Priority, State

End = tuple[State, str]
GONE = Decision(State.SKIPPED, "inactive")
"""What becomes of it where the person was erased meanwhile."""


def skipped(channel: Channel, rows: Sequence[Delivery], *, now: datetime) -> dict[int, End]:
    """Which of these deliveries must not go out after all: {delivery id: (final state, reason)}."""
    items = _items(rows)
    unwanted = _unwanted(channel, rows)
    active = _active_here(channel, rows)
    calling = _calling(channel, rows)
    ends: dict[int, End] = {}
    for row in rows:
        if end := _overtaken(channel, row, items.get((row.user_id, row.notification_id)), now):
            ends[row.id] = end
        elif row.id in unwanted:
            ends[row.id] = State.SKIPPED, unwanted[row.id]
        elif row.id in calling:
            ends[row.id] = State.SKIPPED, "calling"
        elif row.user_id in active:
            ends[row.id] = State.SKIPPED, "active_here"
    return ends


def _overtaken(channel: Channel, row: Delivery, item: InboxItem | None, now: datetime) -> End | None:
    if row.expires_at and row.expires_at <= now:
        return State.EXPIRED, "expired"
    if row.notification.withdrawn_at:
        return State.SKIPPED, "withdrawn"
    if item is None or item.deleted_at:
        return State.SKIPPED, "deleted"
    if item.read_at and (channel.needs_device or row.notification.is_over):
        return State.SKIPPED, "read"
    if item.snoozed_until and channel.needs_device:
        return State.SKIPPED, "snoozed"
    return None


def _items(rows: Sequence[Delivery]) -> dict[tuple[int, object], InboxItem]:
    items = InboxItem.objects.filter(
        notification__in={row.notification_id for row in rows}, user__in={row.user_id for row in rows}
    )
    return {(item.user_id, item.notification_id): item for item in items}


def _unwanted(channel: Channel, rows: Sequence[Delivery]) -> dict[int, str]:
    """Why their readers do not want them any more, by delivery id."""
    reasons: dict[int, str] = {}
    for provider in {row.notification.provider for row in rows}:
        of_provider = [row for row in rows if row.notification.provider_id == provider.pk]
        decisions = many.decisions(sorted({row.user_id for row in of_provider}), provider)
        for row in of_provider:
            decision = decisions[row.user_id][channel.code] if row.user_id in decisions else GONE
            if decision.state == State.SKIPPED:
                reasons[row.id] = decision.reason
    return reasons


def _active_here(channel: Channel, rows: Sequence[Delivery]) -> set[int]:
    """Who looks at a page of ours and wants no push then."""
    quiet = {row.user_id for row in rows if row.user.quiet_while_active} if channel.needs_device else set()
    return page_status.people(Status.VISIBLE, quiet)


def _calling(channel: Channel, rows: Sequence[Delivery]) -> set[int]:
    """Deliveries to devices of who is on the phone; only calls and what is critical come through."""
    if not channel.needs_device:
        return set()
    waiting = [row for row in rows if not passes_calling(row.notification)]
    people = page_status.people(Status.CALLING, {row.user_id for row in waiting})
    return {row.id for row in waiting if row.user_id in people}


def passes_calling(notification: Notification) -> bool:
    """Whether it comes through to somebody who is on the phone."""
    return notification.kind == Kind.CALL or notification.priority == Priority.CRITICAL
