"""All that a person may choose, as it stands: what the REST API answers and the profile form begins with."""

from typing import Any

from accounts.models import ChannelPreference, DigestSchedule, User
from accounts.preferences import pages
from accounts.preferences.digest_hour import schedule_of
from accounts.preferences.resolve import is_on, mode_of
from accounts.preferences.values import show_hour
from notifcenter.channel import all_channels
from notifcenter.models import SELF, Provider


def overview(user: User) -> dict[str, Any]:
    """The body of ``GET preferences/``, with the defaults where nothing was chosen; four queries."""
    chosen = {row.provider_id: row for row in ChannelPreference.objects.filter(user=user)}
    return {
        "receive_notifications": user.receive_notifications,
        "digest": _digest(schedule_of(user)),
        "providers": [_provider(provider, chosen.get(provider.pk)) for provider in _providers_in_order()],
        **pages.overview(user),
    }


def _provider(provider: Provider, preference: ChannelPreference | None) -> dict[str, Any]:
    return {
        "code": provider.code,
        "name": provider.label,
        "icon": provider.icon,
        "channels": {channel.code: is_on(preference, channel) for channel in all_channels()},
        "email_mode": str(mode_of(preference)),
    }


def _digest(row: DigestSchedule) -> dict[str, str]:
    return {"time": show_hour(row.time), "timezone": row.zone.key}


def _providers_in_order() -> list[Provider]:
    return sorted(Provider.objects.all(), key=lambda provider: (provider.code == SELF, provider.label.casefold()))
