"""Who receives: people, their choices, the hour of their digest, their devices; and management tokens."""

from datetime import time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import mail_address
from accounts.page_settings import PageSettings as PageSettings
from accounts.schedule import zones
from notifcenter import usernames
from notifcenter.models import Provider
from notifcenter.usernames import UsernameKeyField

UNCONFIRMED = "unconfirmed"
"""``User.mail_blocked`` of an address that its owner entered and has not confirmed yet."""
KEY_MAX = 450  # a letter may become three when its case is folded


def check_zone(name: str) -> None:
    """Refuse what is no zone of tzdata."""
    if name not in zones():
        raise ValidationError(_("There is no time zone “%(name)s”."), params={"name": name})


def check_username(name: str) -> None:
    """Refuse the names that address many."""
    if usernames.key_of(name) == "all" or name.startswith("group:"):
        raise ValidationError(_("“all” and “group:…” address many people and cannot be a username."))


class People(UserManager["User"]):
    """Finds people by any spelling of their username."""

    use_in_migrations = False

    def named(self, name: str) -> "User":
        """The person whom this username means; raises DoesNotExist, or ``usernames.Ambiguous``."""
        owner = usernames.owners([name]).get(name)
        if owner is None:
            raise self.model.DoesNotExist(name)
        return self.get(pk=owner.id)

    def get_by_natural_key(self, username: str | None) -> "User":
        """The same for logging in, where an ambiguous name is nobody."""
        try:
            return self.named(username or "")
        except usernames.Ambiguous:
            raise self.model.DoesNotExist(username) from None


class User(AbstractUser):
    """A person. ``receive_notifications`` is the master switch: off masks every finer choice and overwrites none."""

    objects: ClassVar[People] = People()

    username = models.CharField(
        _("username"),
        max_length=150,
        unique=True,
        validators=[AbstractUser.username_validator, check_username],
        error_messages={"unique": _("A user with that username already exists.")},
    )
    username_key = UsernameKeyField(max_length=KEY_MAX, unique=True, null=True, editable=False)
    former_username = models.CharField(_("former username"), max_length=150, unique=True, null=True, editable=False)
    former_key = UsernameKeyField(
        source="former_username", max_length=KEY_MAX, null=True, editable=False, db_index=True
    )
    email = models.EmailField(_("email address"), blank=True, validators=[mail_address.check])
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    timezone = models.CharField(_("time zone"), max_length=64, default=settings.TIME_ZONE, validators=[check_zone])
    receive_notifications = models.BooleanField(_("receive notifications"), default=True)
    quiet_while_active = models.BooleanField(_("no push while I am active here"), default=False)
    mail_blocked = models.CharField(_("why mail is stopped"), max_length=500, blank=True)
    mail_off = models.BooleanField(_("no mail at all"), default=False)

    def clean(self) -> None:
        """Refuse a username that is another spelling of somebody's."""
        super().clean()
        try:
            owner = usernames.owners([self.username] if self.username else []).get(self.username)
        except usernames.Ambiguous as error:
            raise ValidationError({"username": str(error)}) from None
        if owner and owner.id != self.pk:
            raise ValidationError({"username": _("A user with that username already exists.")})

    def save(self, *args: Any, **options: Any) -> None:
        """With the username in NFKC, and its key beside it."""
        self.username = usernames.normalized(self.username)
        if "username" in (options.get("update_fields") or ()):
            options["update_fields"] = {*options["update_fields"], "username_key"}
        super().save(*args, **options)

    @property
    def has_unconfirmed_address(self) -> bool:
        """Whether nobody but the account's owner says that the mail address is theirs."""
        return self.mail_blocked == UNCONFIRMED

    @property
    def zone(self) -> ZoneInfo:
        """The zone times are shown in."""
        return ZoneInfo(self.timezone)


class OidcIdentity(models.Model):
    """An account at an OpenID Connect issuer that signs in as this user; ``subject`` is the issuer's ``sub``."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="oidc_identities")
    issuer = models.CharField(_("issuer"), max_length=255)
    subject = models.CharField(_("subject"), max_length=255)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("OpenID Connect identity")
        verbose_name_plural = _("OpenID Connect identities")
        constraints = [models.UniqueConstraint("issuer", "subject", name="oidc_identity_once")]

    def __str__(self) -> str:
        return f"{self.issuer} {self.subject}"


class ChannelPreference(models.Model):
    """What one person chose for one provider; only explicit choices, so defaults may change and need no row."""

    class Mode(models.TextChoices):
        """When mail goes out."""

        INSTANT = "instant", _("At once")
        DAILY = "daily", _("Once a day")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="channel_preferences")
    provider = models.ForeignKey(Provider, models.CASCADE)
    channels = models.JSONField(
        _("channels"), default=dict, help_text=_("Only what was chosen: {channel: true or false}")
    )
    email_mode = models.CharField(_("e-mail mode"), max_length=7, choices=Mode, blank=True)

    class Meta:
        verbose_name = _("channel preference")
        verbose_name_plural = _("channel preferences")
        constraints = [models.UniqueConstraint("user", "provider", name="preference_once")]


class DigestSchedule(models.Model):
    """When somebody's daily mail is due: ``next_due_at`` is the instant the next window ends.

    ``timezone`` empty means the user's own. ``window_start`` is the end of the last window that was handled,
    ``mailed_at`` the end of the last one that became a mail. A row is there from the first choice of a daily mail or of
    an hour on, and stays: what waits for the digest must still go out after the mode was changed back.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="digest_schedule"
    )
    time = models.TimeField(_("time"), default=time(18))
    timezone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[check_zone])
    window_start = models.DateTimeField(_("window start"))
    next_due_at = models.DateTimeField(_("next due at"), db_index=True)
    mailed_at = models.DateTimeField(_("last mail at"), null=True, blank=True)

    class Meta:
        verbose_name = _("digest schedule")
        verbose_name_plural = _("digest schedules")

    @property
    def zone(self) -> ZoneInfo:
        """The zone its hour is meant in."""
        return ZoneInfo(self.timezone or self.user.timezone)


class Device(models.Model):
    """Something of a person's that takes push: a browser, an installed app, a phone.

    ``address`` is a Web Push endpoint or an FCM token, unique in all the world: it moves to who registers it last.
    ``transport`` is one of those that its channel names.
    """

    class Transport(models.TextChoices):
        """The transports that come with the product; a channel may have others."""

        WEBPUSH = "webpush", "Web Push"
        FCM = "fcm", "FCM"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="devices")
    channel = models.CharField(_("channel"), max_length=16)
    transport = models.CharField(_("transport"), max_length=8)
    address = models.TextField(_("address"))
    address_digest = models.CharField(max_length=64, unique=True, editable=False)
    keys = models.JSONField(default=dict, blank=True)
    name = models.CharField(_("name"), max_length=100, blank=True)
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)
    refusals = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    refused_since = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        indexes = [models.Index("user", "channel", condition=Q(active=True), name="device_active")]

    @property
    def transport_label(self) -> str:
        """The transport for people to read."""
        return dict(self.Transport.choices).get(self.transport, self.transport)


class Erasure(models.Model):
    """That somebody was erased: when, by whom (a command or a management token), and how many rows by table."""

    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    by = models.CharField(_("by"), max_length=200)
    rows = models.JSONField(_("rows by table"), default=dict)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")


class HostToken(models.Model):
    """A management token, of a host application; only its hash is kept."""

    name = models.CharField(_("name"), max_length=100)
    prefix = models.CharField(_("prefix"), max_length=16, unique=True)
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("management token")
        verbose_name_plural = _("management tokens")

    def __str__(self) -> str:
        return self.name
