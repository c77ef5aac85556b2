"""The preferences over REST, checked strictly: all of a change before anything changes."""

from datetime import time
from typing import Any

from django.core.exceptions import ValidationError as Invalid
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from accounts.api.page_fields import PageFieldsSerializer
from accounts.models import ChannelPreference, check_zone
from accounts.preferences.changes import Changes, ProviderChanges
from accounts.preferences.pages import FIELDS
from accounts.preferences.values import check_channel, parse_hour
from notifcenter.api.problems.suggestions import did_you_mean
from notifcenter.api.strict import StrictBooleanField, StrictCharField, StrictChoiceField, StrictSerializer
from notifcenter.channel import all_channels
from notifcenter.models import Provider


class HourField(StrictCharField):
    """An hour of the day, ``HH:MM``; a ``datetime.time`` inside."""

    def to_internal_value(self, data: Any) -> Any:
        """The time."""
        return parse_hour(super().to_internal_value(data))


class ChannelsField(serializers.DictField):
    """``{channel: true or false}``."""

    child = StrictBooleanField()

    def to_internal_value(self, data: Any) -> dict[str, bool]:
        """The choices; an always-on channel can only be on."""
        chosen = super().to_internal_value(data)
        if wrong := {code: error for code, on in chosen.items() if (error := _channel_errors(code, on=on))}:
            raise serializers.ValidationError(wrong)
        return chosen


class DigestSerializer(StrictSerializer):
    """When the daily mail goes out; without a choice at 18:00 in the user's own zone."""

    time = HourField(required=False)
    timezone = StrictCharField(required=False, validators=[check_zone])


class ProviderChoicesSerializer(StrictSerializer):
    """The choices for one provider; ``name`` and ``icon`` are only shown."""

    code = StrictCharField()
    name = StrictCharField(required=False, allow_blank=True)
    icon = StrictCharField(required=False, allow_blank=True)
    channels = ChannelsField(required=False)
    email_mode = StrictChoiceField(ChannelPreference.Mode.choices, required=False)


class PreferencesSerializer(PageFieldsSerializer):
    """What a person may choose; a change may leave out any part."""

    receive_notifications = StrictBooleanField(required=False)
    digest = DigestSerializer(required=False)
    providers = ProviderChoicesSerializer(many=True, required=False)

    def validate_providers(self, entries: list[dict[str, Any]]) -> list[ProviderChanges]:
        """The entries as changes; each provider must exist, and be named once."""
        codes = [entry["code"] for entry in entries]
        known = {provider.code: provider for provider in Provider.objects.filter(code__in=codes)}
        wrong = [_code_errors(code, known, codes[:index]) for index, code in enumerate(codes)]
        if any(wrong):
            raise serializers.ValidationError(wrong)
        return [_provider_changes(known[entry["code"]], entry) for entry in entries]


def changes_in(body: Any) -> Changes:
    """What a body of ``PATCH preferences/`` asks for; raises DRF's ValidationError."""
    fields = PreferencesSerializer(data=body)
    fields.is_valid(raise_exception=True)
    valid = dict(fields.validated_data)
    digest: dict[str, Any] = valid.pop("digest", {})
    hour: time | None = digest.get("time")
    pages = {name: valid.pop(name) for name in FIELDS if name in valid}
    return Changes(digest_time=hour, digest_timezone=digest.get("timezone"), pages=pages, **valid)


def _provider_changes(provider: Provider, entry: dict[str, Any]) -> ProviderChanges:
    return ProviderChanges(provider, entry.get("channels", {}), entry.get("email_mode", ""))


def _channel_errors(code: str, *, on: bool) -> list[ErrorDetail]:
    try:
        check_channel(code, on=on)
    except Invalid as error:
        known = [channel.code for channel in all_channels()]
        if code not in known:
            return [ErrorDetail(error.messages[0] + did_you_mean(code, known), "unknown")]
        return [ErrorDetail(error.messages[0], "invalid")]
    return []


def _code_errors(code: str, known: dict[str, Provider], earlier: list[str]) -> dict[str, list[str]]:
    if code not in known:
        return {"code": [ErrorDetail(_("There is no such provider."), "not_found")]}
    return {"code": [_("This provider is named twice.")]} if code in earlier else {}
