"""The profile as a form: a box for each provider and channel, the digest's hour, the person's own switches."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.forms import BoundField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import mail_address, new_address, zone_names
from accounts.login.pages import has_password
from accounts.models import ChannelPreference, User
from accounts.pages.centre_fields import CentreFields
from accounts.preferences.changes import Changes, ProviderChanges, change
from accounts.preferences.overview import overview
from accounts.preferences.values import parse_hour
from accounts.schedule import zones
from notifcenter.channel import Channel, all_channels
from notifcenter.models import Provider

FORM = "profile"


class HourField(forms.CharField):
    """An hour of the day as ``HH:MM``; a ``datetime.time`` when it is clean."""

    widget = forms.TimeInput({"type": "time"})

    def to_python(self, value: object) -> Any:
        """The time; what is empty stays so and is refused as missing."""
        text = super().to_python(value)
        return parse_hour(text) if text else text


class ZoneField(forms.ChoiceField):
    """A time zone; its choices name each city once, other names of zones are taken too."""

    def valid_value(self, value: object) -> bool:
        """Whether there is such a zone."""
        return value in zones()


@dataclass(frozen=True)
class Column:
    """A channel, and what is missing for it to reach the person: ``device``, ``address`` or nothing."""

    channel: Channel
    missing: str


@dataclass(frozen=True)
class Cell:
    """The box of one provider and channel; ``mode`` where the mail mode stands beside it."""

    channel: Channel
    box: BoundField
    mode: BoundField | None


@dataclass(frozen=True)
class Row:
    """A provider with its cells, in the order of the channels."""

    provider: Provider
    cells: list[Cell]


class ProfileForm(CentreFields):
    """Shows and changes a person's choices; its fields stand all over the page, so each names the HTML form."""

    receive_notifications = forms.BooleanField(label=_("Receive notifications"), required=False)
    quiet_while_active = forms.BooleanField(label=_("Don't push while I am active here"), required=False)
    mail_off = forms.BooleanField(label=_("No mail at all"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time = HourField(label=_("Hour of the daily mail"))
    timezone = ZoneField(label=_("Its time zone"))

    first_name = forms.CharField(
        label=_("First name"), max_length=150, required=False, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"), max_length=150, required=False, widget=forms.TextInput({"autocomplete": "family-name"})
    )
    email = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        required=False,
        validators=[mail_address.check],
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    password = forms.CharField(
        label=_("Your password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )

    def __init__(self, user: User, request: HttpRequest) -> None:
        self.user, self.request = user, request
        data = request.POST if request.method == "POST" else None
        self.present = overview(user)
        self.providers = {provider.code: provider for provider in Provider.objects.all()}
        super().__init__(data, initial=self._initial(), label_suffix="")
        own = self.present["digest"]["timezone"], user.timezone
        self.fields["timezone"].choices = zone_names.choices(own)  # type: ignore[attr-defined]
        for entry in self.present["providers"]:
            self._add_provider(entry)
        self.fields["email"].disabled = not self.has_password
        for field in self.fields.values():
            field.widget.attrs["form"] = FORM

    def columns(self) -> list[Column]:
        """The channels, each with what is missing for it."""
        return [Column(channel, self._missing(channel)) for channel in all_channels()]

    def rows(self) -> Iterator[Row]:
        """The providers."""
        daily = next((channel for channel in all_channels() if channel.follows_daily), None)
        for code in (entry["code"] for entry in self.present["providers"]):
            modes = {daily: self[_mode(code)]}
            cells = [Cell(channel, self[_box(code, channel)], modes.get(channel)) for channel in all_channels()]
            yield Row(self.providers[code], cells)

    @property
    def names(self) -> list[BoundField]:
        """The fields of the name."""
        return [self["first_name"], self["last_name"]]

    @property
    def has_password(self) -> bool:
        """Whether there is a password that can prove who enters an address."""
        return has_password(self.user)

    def clean_email(self) -> str:
        """The address; the present one where a form says nothing about it."""
        return self._or_present("email")

    def clean_first_name(self) -> str:
        """The name; the present one where a form says nothing about it."""
        return self._or_present("first_name")

    def clean_last_name(self) -> str:
        """The same for the last name."""
        return self._or_present("last_name")

    def _or_present(self, name: str) -> str:
        return str(self.cleaned_data[name] if name in self.data else getattr(self.user, name))

    def clean(self) -> dict[str, Any]:
        """A new address needs the password; a wrong one counts against the limit of log-ins."""
        if not self.errors and self.cleaned_data["email"] != self.user.email:
            password = self.cleaned_data["password"]
            if not password:
                self.add_error("password", _("Enter your password: a new address needs it."))
            elif not authenticate(self.request, username=self.user.get_username(), password=password):
                self.add_error("password", _("This password is not right. Nothing was changed."))
        return self.cleaned_data

    @transaction.atomic
    def save(self, now: datetime) -> None:
        """Take over what was chosen, all or nothing."""
        chosen = self.cleaned_data
        own = ("receive_notifications", "quiet_while_active", "mail_off", "language")
        change(
            self.user,
            Changes(
                **{name: chosen[name] for name in own},
                digest_time=chosen["time"],
                digest_timezone=chosen["timezone"],
                providers=[self._chosen(code) for code in self._listed()],
                pages=self.centre_choices(),
            ),
            now,
        )
        self.user.first_name, self.user.last_name = chosen["first_name"], chosen["last_name"]
        self.user.save(update_fields=["first_name", "last_name"])
        if chosen["email"] != self.user.email:
            new_address.take(self.user, chosen["email"])

    def _missing(self, channel: Channel) -> str:
        if channel.needs_device:
            return "" if channel.addresses([self.user.pk]).get(self.user.pk) else "device"
        return "" if all(getattr(self.user, name) for name in channel.requires) else "address"

    def _initial(self) -> dict[str, Any]:
        names = ("quiet_while_active", "mail_off", "language", "first_name", "last_name", "email")
        own = {name: getattr(self.user, name) for name in names}
        own |= {name: self.present[name] for name in CentreFields.base_fields}
        return own | self.present["digest"] | {"receive_notifications": self.present["receive_notifications"]}

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

    def _listed(self) -> list[str]:
        """The providers that the page showed; one that came since keeps its defaults."""
        listed = self.data.getlist("provider")  # type: ignore[attr-defined]
        return [code for code in dict.fromkeys(listed) if code in self.providers]

    def _chosen(self, code: str) -> ProviderChanges:
        boxes = {channel.code: self.cleaned_data[_box(code, channel)] for channel in all_channels()}
        return ProviderChanges(self.providers[code], boxes, self.cleaned_data[_mode(code)])


def _box(code: str, channel: Channel) -> str:
    return f"channel.{code}.{channel.code}"


def _mode(code: str) -> str:
    return f"mode.{code}"
