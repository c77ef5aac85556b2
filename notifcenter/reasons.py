"""Why a delivery stands where it stands, in the reader's language; other words are the other side's own."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    "": "",
    "always": _("The centre always gets it."),
    "master_off": _("“Receive notifications” is off in the profile."),
    "channel_off": _("This channel is switched off for this provider."),
    "daily": _("It waits for the daily digest."),
    "mail_off": _("All mail is switched off."),
    "mail_blocked": _("Mail to this address was returned; the address must be confirmed again."),
    "no_address": _("There is no e-mail address in the profile."),
    "no_device": _("There is no device for this channel."),
    "active_here": _("You were active on the page, and chose not to get push then."),
    "read": _("It was read before it could be sent."),
    "deleted": _("It was removed before it could be sent."),
    "expired": _("It could not be handed over in time."),
    "gone": _("The device is no longer there."),
    "no_channel": _("This channel is no longer there."),
    "inactive": _("The account is not active."),
    "demo": _("Demo data is not sent."),
    "digested": _("It was in the daily digest."),
}


def explain(reason: str) -> str:
    """The sentence for a reason code, in the active language; other words are given back as they are."""
    return str(REASONS.get(reason, reason))
