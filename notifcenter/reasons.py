"""Why a delivery has the state it has, and what became of a notification, in the reader's language.

The other side's own words are for staff only.
"""

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from notifcenter.channel import channel_named
from notifcenter.inbox import presses
from notifcenter.models import Notification

REASONS = {
    "": "",
    "always": _("The centre always gets it."),
    "master_off": _("“Receive notifications” is off in the profile."),
    "channel_off": _("This channel is switched off for this provider."),
    "low": _("It is of low priority, so no device is disturbed."),
    "daily": _("It waits for the daily digest."),
    "no_address": _("This channel has no address of yours."),
    "no_device": _("There is no device for this channel."),
    "active_here": _("You were active on the page, and chose not to get push then."),
    "calling": _("You were on the phone."),
    "read": _("It was read before it could be sent."),
    "snoozed": _("It was snoozed before it could be sent; it is sent when it comes back."),
    "deleted": _("It was removed before it could be sent."),
    "withdrawn": _("It was withdrawn before it could be sent."),
    "expired": _("It could not be handed over in time."),
    "gone": _("The address is no longer there."),
    "no_channel": _("This channel is no longer there."),
    "inactive": _("The account is not active."),
    "demo": _("Demo data is not sent."),
    "restored": _("It fell due before the data was restored from a backup, and may have gone out."),
    "digested": _("It was in the daily digest."),
    "not_taken": _("The service that hands it over did not take it."),
}


def story(notification: Notification, reader: int | None) -> str:
    """What became of a notification since it was published, and who pressed its actions, in the active language.

    ``reader``: the person to whom it is shown; they see who has exclusive actions, and what they pressed themselves.
    None: staff, who see everybody.
    """
    changes, repeats = notification.changes or 0, notification.repeats or 0
    updated = ngettext("It was updated %(n)s time.", "It was updated %(n)s times.", changes) % {"n": changes}
    repeated = ngettext("It came %(n)s time.", "It came %(n)s times.", repeats) % {"n": repeats}
    pressed = _who_pressed(notification, reader)
    return " ".join([updated] * bool(changes) + [repeated] * bool(repeats) + pressed)


def _who_pressed(notification: Notification, reader: int | None) -> list[str]:
    made = presses.of_all([notification]).get(notification.pk, {})
    return [
        gettext("“%(action)s” was pressed by %(who)s.")
        % {"action": action["title"], "who": press.name or gettext("somebody who is gone")}
        for action in presses.declared(notification)
        for press in _seen(action, made, reader)
    ]


def _seen(action: presses.Action, made: presses.Presses, reader: int | None) -> list[presses.Press]:
    if reader is None:
        return list(made.get(action["id"], ()))
    press = presses.counting(action, made, reader)
    return [press] if press else []


def explain(reason: str, channel: str = "") -> str:
    """The sentence for a code, in the active language, as the channel of that code words it; one for all words of
    the other side."""
    worded = _worded(reason, channel)
    return str(_worded("not_taken", channel)) if worded is None else worded


def explain_to_staff(reason: str, channel: str = "") -> str:
    """The same, but the other side's words as they are."""
    worded = _worded(reason, channel)
    return reason if worded is None else worded


def _worded(reason: str, channel: str) -> str | None:
    owner = channel_named(channel)
    worded = owner.reasons.get(reason) if owner else None
    return str(worded or REASONS[reason]) if worded or reason in REASONS else None
