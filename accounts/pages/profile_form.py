"""The profile as a form: a box for each provider and channel, the digest's hour, the person's own switches."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from accounts.models import ChannelPreference, User
from accounts.preferences import resolve
from accounts.schedule import zones
from notifcenter.channel import Channel, all_channels
from notifcenter.models import Provider

logger = logging.getLogger(__name__)

FORM = "profile"
OWN = ("language", "quiet_while_active", "mail_off")


@dataclass(frozen=True)
class Row:
    """A provider with its boxes, in the order of the channels, and its mail mode."""

    provider: Provider
    boxes: list[tuple[Channel, BoundField]]
    mode: BoundField


class ProfileForm(forms.Form):
    """Shows and changes what ``preferences`` keeps; its fields stand all over the page, so each names the HTML form."""

    receive_notifications = forms.BooleanField(label=_("Receive notifications"), required=False)
    quiet_while_active = forms.BooleanField(label=_("Don't push while I am active here"), required=False)
    mail_off = forms.BooleanField(label=_("No mail at all"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time = forms.TimeField(label=_("Hour of the daily mail"), widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    timezone = forms.ChoiceField(label=_("Its time zone"))

    def __init__(self, user: User, data: Any = None) -> None:
        self.user = user
        self.standing = resolve.shown(user)
        self.providers = {provider.code: provider for provider in Provider.objects.all()}
        super().__init__(data, initial=self._initial(), label_suffix="")
        self.fields["timezone"].choices = [(name, name) for name in sorted(zones())]  # type: ignore[attr-defined]
        for entry in self.standing["providers"]:
            self._add_provider(entry)
        for field in self.fields.values():
            field.widget.attrs["form"] = FORM

    def rows(self) -> Iterator[Row]:
        """The providers."""
        for entry in self.standing["providers"]:
            code = entry["code"]
            boxes = [(channel, self[_box(code, channel)]) for channel in all_channels()]
            yield Row(self.providers[code], boxes, self[_mode(code)])

    def save(self, now: datetime) -> None:
        """Take over what was chosen, all or nothing."""
        changed = [name for name in OWN if name in self.changed_data]
        with transaction.atomic():
            for name in changed:
                setattr(self.user, name, self.cleaned_data[name])
            self.user.save(update_fields=changed)
            resolve.change(self.user, self._patch(), now)
        if changed:
            logger.info(
                "user %s chose: %s", self.user.pk, ", ".join(f"{name}={self.cleaned_data[name]}" for name in changed)
            )

    def _initial(self) -> dict[str, Any]:
        own = {name: getattr(self.user, name) for name in OWN}
        return own | self.standing["digest"] | {"receive_notifications": self.standing["receive_notifications"]}

    def _add_provider(self, entry: dict[str, Any]) -> None:
        code, name = entry["code"], entry["name"]
        for channel in all_channels():
            field = forms.BooleanField(
                required=False, disabled=channel.always_on, initial=entry["channels"][channel.code]
            )
            field.widget.attrs |= {"aria-label": f"{name}: {channel.label}", "data-channel": channel.code}
            if channel.follows_daily:
                field.widget.attrs["data-daily"] = True
            self.fields[_box(code, channel)] = field
        mode = forms.ChoiceField(choices=ChannelPreference.Mode.choices, initial=entry["email_mode"], required=False)
        mode.widget.attrs["aria-label"] = _("%(provider)s: when mail goes out") % {"provider": name}
        self.fields[_mode(code)] = mode

    def _patch(self) -> dict[str, Any]:
        chosen = self.cleaned_data
        listed = [code for code in self.data.getlist("provider") if code in self.providers]  # type: ignore[attr-defined]
        return {
            "receive_notifications": chosen["receive_notifications"],
            "digest": {"time": chosen["time"].strftime("%H:%M"), "timezone": chosen["timezone"]},
            "providers": [self._chosen(code) for code in dict.fromkeys(listed)],
        }

    def _chosen(self, code: str) -> dict[str, Any]:
        boxes = {channel.code: self.cleaned_data[_box(code, channel)] for channel in all_channels()}
        mode = self.cleaned_data[_mode(code)]
        return {"code": code, "channels": boxes} | ({"email_mode": mode} if mode else {})


def _box(code: str, channel: Channel) -> str:
    return f"channel.{code}.{channel.code}"


def _mode(code: str) -> str:
    return f"mode.{code}"
