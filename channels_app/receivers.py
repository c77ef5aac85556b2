"""What happens when the core announces: planning inside the transaction, frames and wake-ups after the commit."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.dispatch import receiver

from channels_app import webhooks, workers
from channels_app.callers import callers
from channels_app.delivery import call_changes, plan, resend
from channels_app.delivery.fanout import Fanout
from channels_app.live import announce, page_status
from channels_app.live.page_status import Status
from channels_app.queue import wakeup
from notifcenter.calls.lookup import Answer, User
from notifcenter.inbox.presses import Action
from notifcenter.inbox.records import Change
from notifcenter.models import InboxChange, Notification
from notifcenter.publishing import fanout
from notifcenter.publishing.placement import Stored
from notifcenter.publishing.spread import Spread
from notifcenter.publishing.sql import InboxEntries, PlannedDeliveries
from notifcenter.signals import (
    acted,
    calling,
    falls_due,
    fanned_out,
    inbox_changed,
    looking_up,
    published,
    publishing,
    spread,
)


@receiver(publishing)
def on_publishing(
    sender: object, *, entries: list[InboxEntries], now: datetime, **_more: object
) -> list[PlannedDeliveries]:
    """Plan the deliveries."""
    return plan.plan(entries, now=now)


@receiver(published)
def on_published(sender: object, *, stored: list[Stored], planned: list[PlannedDeliveries], **_more: object) -> None:
    """After the commit tell the open pages, and wake the queues that have something to send."""
    transaction.on_commit(partial(announce.new_items, stored), robust=True)
    plan.announce_after_commit(planned)


@receiver(fanned_out)
def on_fanned_out(sender: object, **_more: object) -> None:
    """After the commit wake who places the chunks."""
    transaction.on_commit(partial(wakeup.wake, [Fanout.code]), robust=True)


@receiver(falls_due)
def on_falling_due(sender: object, *, queue: str, seconds: float, **_more: object) -> None:
    """After the commit wake its queue in time, where the sweep would be late."""
    if seconds < workers.SWEEP_SECONDS:
        transaction.on_commit(partial(wakeup.wake_later, [queue], seconds), robust=True)


@receiver(spread)
def on_spread(sender: object, *, spread: Spread, now: datetime, **_more: object) -> None:
    """Send again, or end what waits; after the commit tell the open pages."""
    resend.follow(spread, now=now)
    call_changes.follow(spread, now=now)
    transaction.on_commit(partial(announce.catch_up, spread.cursors), robust=True)


@receiver(acted)
def on_acted(
    sender: object, *, notification: Notification, action: Action, user: int, now: datetime, **_more: object
) -> None:
    """Tell the provider, and show it to who has the notification."""
    webhooks.note_action(notification, action["id"], user, now=now)
    fanout.show_press(notification, action, user, now=now)


@receiver(inbox_changed)
def on_inbox_changed(sender: object, *, change: Change, **_more: object) -> None:
    """After the commit tell the person's other open pages."""
    is_shown = change.action == InboxChange.Action.CHANGED
    announced = (
        partial(announce.catch_up, [(change.user, change.cursor)]) if is_shown else partial(announce.change, change)
    )
    transaction.on_commit(announced, robust=True)


@receiver(calling)
def on_calling(sender: object, *, user: int, **_more: object) -> bool:
    """Ask the pages."""
    return bool(page_status.people(Status.CALLING, [user]))


@receiver(looking_up)
def on_looking_up(sender: object, *, number: str, user: User, **_more: object) -> Answer | None:
    """Ask the service who is calling."""
    return callers().ask(number, user)
