"""What becomes of deliveries when a call is answered or missed, or an action has closed its notification."""

from datetime import datetime

from channels_app.delivery import plan
from channels_app.push import closing
from notifcenter.channel import channel_named
from notifcenter.models import Delivery, State
from notifcenter.publishing import sql
from notifcenter.publishing.spread import How, Spread
from notifcenter.publishing.sql import InboxEntries


def follow(spread: Spread, *, now: datetime) -> None:
    """Take what was answered or is done with off devices; tell of a missed call by the channels that do not ring."""
    if spread.how in (How.CLOSED, How.DONE):
        sent = Delivery.objects.filter(notification=spread.notification, user__any_of=list(spread.users))
        closing.close(sent.exclude(device=0).filter(state=State.SENT), now=now)
    elif spread.how == How.UNREAD:
        _tell_of_missed(spread, now)


def _tell_of_missed(spread: Spread, now: datetime) -> None:
    entry = InboxEntries(spread.notification, [(user, 0, False) for user in spread.users])
    planned = [each for each in plan.plan([entry], now=now) if not _rings(each.channel)]
    sql.write([], [], planned, now=now)
    plan.announce_after_commit(planned)


def _rings(code: str) -> bool:
    channel = channel_named(code)
    return channel is None or channel.rings
