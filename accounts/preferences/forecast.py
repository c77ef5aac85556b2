"""What would become of a notification now, and what became of a test: one sentence for each channel."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import zone_names
from accounts.models import ChannelPreference, User
from accounts.preferences import resolve
from accounts.preferences.digest_hour import schedule_of
from accounts.preferences.resolve import Decision
from accounts.preferences.values import show_hour
from notifcenter.channel import Channel, all_channels, channel_named
from notifcenter.inbox.receipts import Receipts
from notifcenter.models import Delivery, Provider, State
from notifcenter.reasons import explain

LINES_MAX = 200


@dataclass(frozen=True)
class Line:
    """A channel, where a notification stands there (a State), and the sentence that says so."""

    label: str | Promise
    state: str
    sentence: str


def forecast(user: User, provider: Provider) -> list[Line]:
    """What would happen to a notification of this provider that came now."""
    preference = ChannelPreference.objects.filter(user=user, provider=provider).first()
    decisions = resolve.resolve(user, preference, all_channels())
    return [_forecast(user, channel, decisions[channel.code]) for channel in all_channels()]


def so_far(user: User, notification: UUID) -> list[Line]:
    """What became of this notification so far."""
    rows = (receipt.delivery for receipt in Receipts(notification, user.pk).page(limit=LINES_MAX))
    return [Line(_label(row.channel), row.state, _sentence(row)) for row in rows]


def _forecast(user: User, channel: Channel, decision: Decision) -> Line:
    if decision.state in (State.PENDING, State.DIGEST):
        addresses = len(channel.addresses([user.pk]).get(user.pk, ()))
        decision = decision if addresses else resolve.without_address(channel)
        if decision.state == State.PENDING:
            return Line(channel.label, decision.state, _at_once(user, channel, addresses))
    if decision.state == State.DIGEST:
        return Line(channel.label, decision.state, _daily(user))
    return Line(channel.label, decision.state, explain(decision.reason, channel.code))


def _at_once(user: User, channel: Channel, addresses: int) -> str:
    if not channel.needs_device:
        return _("It is sent at once.")
    if user.quiet_while_active:
        return _("It is sent at once, unless you are active on a page here.")
    return ngettext("It is sent at once to %(n)d device.", "It is sent at once to %(n)d devices.", addresses) % {
        "n": addresses
    }


def _daily(user: User) -> str:
    row = schedule_of(user)
    when = {"time": show_hour(row.time), "zone": zone_names.city(row.zone.key)}
    return _("It waits for the daily digest at %(time)s, %(zone)s.") % when


def _sentence(row: Delivery) -> str:
    label = str(State(row.state).label)
    reason = explain(row.reason, row.channel)
    return f"{label}: {reason}" if reason and row.state != State.SENT else label


def _label(code: str) -> str | Promise:
    channel = channel_named(code)
    return channel.label if channel else code
