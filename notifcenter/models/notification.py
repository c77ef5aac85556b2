"""Published notifications, and what publishing needs for itself."""

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from notifcenter.models.provider import Provider
from notifcenter.request_id import REQUEST_ID_MAX


class Kind(models.TextChoices):
    """What a notification is about; decides its icon, default title, expiry and order in the queues."""

    CALL = "call", _("Call")
    ERROR = "error", _("Error")
    MESSAGE = "message", _("Message")


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
    """A chunk of a fan-out that is still to be placed; the transaction that places it deletes it.

    ``entries``: [[hexadecimal id of the notification, [user id]]].
    """

    entries = models.JSONField(db_column="arrivals")
    urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)


class IdempotencyKey(models.Model):
    """The response to a publication under this key, replayed for 24 hours."""

    provider = models.ForeignKey(Provider, models.CASCADE, db_index=False)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    answer = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint("provider", "key", name="idempotency_once")]
