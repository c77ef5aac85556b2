"""Which values a person may choose: the one definition, for the profile form, the REST API and links in mail."""

import re
from datetime import time

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from notifcenter.channel import all_channels, channel_named

HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


def parse_hour(text: str) -> time:
    """The time of day that ``HH:MM`` names; ValidationError for anything else."""
    if not HOUR.fullmatch(text):
        raise ValidationError(_("Give hours and minutes as HH:MM, from 00:00 to 23:59."))
    return time.fromisoformat(text)


def show_hour(hour: time) -> str:
    """``HH:MM``."""
    return hour.strftime("%H:%M")


def check_channel(code: str, *, on: bool) -> None:
    """ValidationError unless there is such a channel, and it may be switched that way."""
    channel = channel_named(code)
    if channel is None:
        known = ", ".join(channel.code for channel in all_channels())
        raise ValidationError(_("There is no such channel. There are: %(channels)s."), params={"channels": known})
    if channel.always_on and not on:
        raise ValidationError(_("This channel is always on."))
