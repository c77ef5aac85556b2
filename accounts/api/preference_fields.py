"""The fields of the preferences, checked strictly: all of them before anything changes."""

import re
from datetime import time
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from accounts.models import ChannelPreference
from accounts.schedule import zones
from notifcenter.api.problems.suggestions import did_you_mean
from notifcenter.api.strict import StrictBooleanField, StrictCharField, StrictChoiceField, StrictSerializer
from notifcenter.channel import all_channels, channel_named
from notifcenter.models import Provider

HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


class HourField(StrictCharField):
    """An hour of the day, ``HH:MM``."""

    def to_internal_value(self, data: Any) -> Any:
        """The time."""
        text = super().to_internal_value(data)
        if not HOUR.fullmatch(text):
            raise serializers.ValidationError(_("Give hours and minutes as HH:MM, from 00:00 to 23:59."))
        return time.fromisoformat(text)


class ZoneField(StrictCharField):
    """A zone of tzdata."""

    def to_internal_value(self, data: Any) -> str:
        """Its name."""
        name = super().to_internal_value(data)
        if name not in zones():
            raise serializers.ValidationError(_("There is no time zone “%(name)s”.") % {"name": name}, "choice")
        return name


class ChannelsField(serializers.DictField):
    """``{channel: true or false}``."""

    child = StrictBooleanField()

    def to_internal_value(self, data: Any) -> dict[str, bool]:
        """The choices; an always-on channel can only be on."""
        chosen = super().to_internal_value(data)
        wrong = {code: [why] for code, on in chosen.items() if (why := _mistake(code, on))}
        if wrong:
            raise serializers.ValidationError(wrong)
        return chosen


class DigestFields(StrictSerializer):
    """When the daily mail goes out; without a choice at 18:00 in the user's own zone."""

    time = HourField(required=False)
    timezone = ZoneField(required=False)


class ProviderFields(StrictSerializer):
    """The choices for one provider; ``name`` and ``icon`` are only shown."""

    code = StrictCharField()
    name = StrictCharField(required=False, allow_blank=True)
    icon = StrictCharField(required=False, allow_blank=True)
    channels = ChannelsField(required=False)
    email_mode = StrictChoiceField(ChannelPreference.Mode.choices, required=False)


class PreferencesFields(StrictSerializer):
    """What a person may choose; a change may leave out any part."""

    receive_notifications = StrictBooleanField(required=False)
    digest = DigestFields(required=False)
    providers = ProviderFields(many=True, required=False)

    def validate_providers(self, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The entries with their ``provider``; each must exist, and be named once."""
        codes = [entry["code"] for entry in entries]
        known = {provider.code: provider for provider in Provider.objects.filter(code__in=codes)}
        wrong = [_code_errors(code, known, codes[:index]) for index, code in enumerate(codes)]
        if any(wrong):
            raise serializers.ValidationError(wrong)
        return [entry | {"provider": known[entry["code"]]} for entry in entries]


def checked(patch: Any) -> dict[str, Any]:
    """What a patch wants; raises ValidationError."""
    fields = PreferencesFields(data=patch)
    fields.is_valid(raise_exception=True)
    return dict(fields.validated_data)


def _mistake(code: str, on: bool) -> ErrorDetail | None:
    channel = channel_named(code)
    if channel is None:
        known = [channel.code for channel in all_channels()]
        why = _("There is no such channel. There are: %(channels)s.") % {"channels": ", ".join(known)}
        return ErrorDetail(why + did_you_mean(code, known), "unknown")
    return ErrorDetail(_("This channel is always on."), "invalid") if channel.always_on and not on else None


def _code_errors(code: str, known: dict[str, Provider], earlier: list[str]) -> dict[str, list[str]]:
    if code not in known:
        return {"code": [ErrorDetail(_("There is no such provider."), "not_found")]}
    return {"code": [_("This provider is named twice.")]} if code in earlier else {}
