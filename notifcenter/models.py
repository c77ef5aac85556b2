"""What is kept: providers and their tokens, notifications, everybody's centre, deliveries."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from notifcenter.operation.request_id import REQUEST_ID_MAX

SELF = "self"

check_code = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$", "Use 1 to 64 letters, digits, '_', '.' or '-'.")


class Kind(models.TextChoices):
    """What a notification is about."""

    CALL = "call", _("Call")
    ERROR = "error", _("Error")
    MESSAGE = "message", _("Message")


class State(models.TextChoices):
    """Where a delivery stands."""

    PENDING = "pending", _("Pending")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    EXPIRED = "expired", _("Expired")
    SKIPPED = "skipped", _("Skipped")
    DIGEST = "digest", _("In the daily digest")


class Provider(models.Model):
    """An integration that publishes."""

    code = models.CharField(_("code"), max_length=64, unique=True, validators=[check_code])
    name = models.CharField(_("name"), max_length=200)
    icon = models.CharField(_("icon"), max_length=2000, blank=True)
    description = models.CharField(_("what it sends, in a line"), max_length=255, blank=True)
    manifest = models.JSONField(_("manifest"), default=dict, blank=True)
    rate_limit = models.PositiveIntegerField(_("publications a minute"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name people read; that of the built-in provider is in their language."""
        return str(_("My own notifications")) if self.code == SELF else self.name

    @property
    def init_once(self) -> bool:
        """Whether its manifest says ``init_once``, at the top or under ``widget``, as amoCRM's manifests do."""
        widget = self.manifest.get("widget")
        nested = widget.get("init_once") if isinstance(widget, dict) else None
        return any(value in ("Y", True) for value in (self.manifest.get("init_once"), nested))


class ProviderToken(models.Model):
    """A provider's bearer token; only its hash is kept."""

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="tokens", verbose_name=_("provider"))
    prefix = models.CharField(_("prefix"), max_length=16, unique=True)
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("provider token")
        verbose_name_plural = _("provider tokens")

    def __str__(self) -> str:
        return f"{self.prefix}…"


class Webhook(models.Model):
    """Where a provider is told how its deliveries end. Not ``active``: its address said that it is gone."""

    provider = models.OneToOneField(Provider, models.CASCADE, related_name="webhook", verbose_name=_("provider"))
    url = models.CharField(_("address"), max_length=2000)
    secret = models.CharField(max_length=100, editable=False)
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return str(self.provider)


class Notification(models.Model):
    """One published event, stored once however many receive it.

    ``details`` holds what only some have: from, to, duration (seconds), element, link, click_link, icon,
    date (Unix seconds, shown only), phone, read_on_show.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.ForeignKey(Provider, models.PROTECT, verbose_name=_("provider"))
    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    header = models.CharField(_("header"), max_length=255, blank=True)
    text = models.TextField(_("text"))
    details = models.JSONField(_("details"), default=dict, blank=True)
    request_id = models.CharField(_("request id"), max_length=REQUEST_ID_MAX, blank=True, default="", db_default="")
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes = [models.Index(F("created_at").desc(), name="notification_newest")]

    def __str__(self) -> str:
        return self.header or self.text[:60]


class FanoutPart(models.Model):
    """A part of what was said to very many, still to be placed; it goes in the transaction that places it.

    ``arrivals``: [[notification's id, [user ids]]].
    """

    arrivals = models.JSONField()
    urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)


class Inbox(models.Model):
    """The state of one person's centre: both numbers change only under this row's lock.

    ``revision`` counts every change of the centre, gap-free: the cursor of the live socket.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="inbox")
    revision = models.BigIntegerField(default=0)
    unread = models.IntegerField(default=0)


class InboxItem(models.Model):
    """A notification in one person's centre; ``position`` is the revision it arrived with and orders the centre."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, verbose_name=_("user"))
    notification = models.ForeignKey(
        Notification, models.CASCADE, related_name="items", db_index=False, verbose_name=_("notification")
    )
    provider = models.ForeignKey(Provider, models.PROTECT, db_index=False, verbose_name=_("provider"))
    position = models.BigIntegerField()
    silent = models.BooleanField(_("silent"), default=False)
    read_at = models.DateTimeField(_("read at"), null=True)
    deleted_at = models.DateTimeField(_("deleted at"), null=True)

    class Meta:
        verbose_name = _("item of a centre")
        verbose_name_plural = _("items of the centres")
        constraints = [
            models.UniqueConstraint("notification", "user", name="item_once"),
            models.UniqueConstraint("user", F("position").desc(), name="item_position"),
        ]
        indexes = [
            models.Index(
                "user",
                F("position").desc(),
                condition=Q(read_at__isnull=True, deleted_at__isnull=True),
                name="item_unread",
            ),
            models.Index("user", "provider", F("position").desc(), name="item_provider"),
        ]


class InboxChange(models.Model):
    """What happened to items already there: read, unread, deleted; kept long enough for a page to catch up."""

    class Action(models.TextChoices):
        """What was done."""

        READ = "read"
        UNREAD = "unread"
        DELETED = "deleted"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False)
    revision = models.BigIntegerField()
    action = models.CharField(max_length=7, choices=Action)
    ids = models.JSONField(default=list)
    all = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint("user", "revision", name="change_revision")]


class Delivery(models.Model):
    """One notification to one user through one channel (and one device), with its state: the queue itself.

    ``device`` is 0 where the channel needs none. A row is claimed by ``leased_until``; every claim raises ``attempts``,
    so a worker that lost its lease can no longer write. ``reason`` is a code or the words of the other side.
    """

    notification = models.ForeignKey(Notification, models.CASCADE, related_name="deliveries")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="deliveries", verbose_name=_("user")
    )
    channel = models.CharField(_("channel"), max_length=16)
    device = models.BigIntegerField(_("device"), default=0)
    state = models.CharField(_("state"), max_length=7, choices=State)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    urgent = models.BooleanField(_("urgent"), default=False)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    due_at = models.DateTimeField(_("next attempt at"), null=True)
    leased_until = models.DateTimeField(_("in hand until"), null=True)
    expires_at = models.DateTimeField(_("worth sending until"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint("user", "notification", "channel", "device", name="delivery_once"),
        ]
        indexes = [
            models.Index("channel", F("urgent").desc(), "due_at", condition=Q(state="pending"), name="delivery_due"),
            models.Index("channel", "state", F("id").desc(), name="delivery_by_state"),
            models.Index("user", "created_at", condition=Q(state="digest"), name="delivery_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"


class DeliveryEvent(models.Model):
    """A line of a delivery's history: each attempt, and what the other side told later."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=16)
    detail = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("id",)


class WebhookCall(models.Model):
    """One event that a provider is told of: a row of the queue, as a delivery is one. ``body`` is sent as it stands."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="calls", verbose_name=_("webhook"))
    body = models.TextField(_("body"))
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.PENDING)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    due_at = models.DateTimeField(_("next attempt at"), null=True)
    leased_until = models.DateTimeField(_("in hand until"), null=True)
    expires_at = models.DateTimeField(_("worth sending until"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("webhook call")
        verbose_name_plural = _("webhook calls")
        indexes = [
            models.Index("due_at", condition=Q(state="pending"), name="webhook_due"),
            models.Index("finished_at", condition=~Q(state="pending"), name="webhook_old"),
        ]

    def __str__(self) -> str:
        return f"{self.webhook_id} {self.state}"


class IdempotencyKey(models.Model):
    """What a publication under this key was answered, for 24 hours."""

    provider = models.ForeignKey(Provider, models.CASCADE, db_index=False)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    answer = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint("provider", "key", name="idempotency_once")]
