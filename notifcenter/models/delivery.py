"""Deliveries of notifications, one for each person, channel and device, and their history."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from notifcenter.models.notification import Notification, Priority


class State(models.TextChoices):
    """The states of a delivery, of a webhook call and of a digest mail."""

    PENDING = "pending", _("Pending")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    EXPIRED = "expired", _("Expired")
    SKIPPED = "skipped", _("Skipped")
    DIGEST = "digest", _("In the daily digest")


class Delivery(models.Model):
    """One notification to one user through one channel (and one device), with its state: the queue itself.

    It goes out, waits or went out; a channel by which nothing goes out is in ``InboxItem.settled``.

    ``device`` is 0 where the channel needs none. A row is claimed by ``leased_until``; every claim raises ``attempts``,
    so a worker that lost its lease can no longer write. ``reason`` is a code of ``reasons`` or the other side's text.
    ``resends``: how often it was to be sent again after it had ended (None: never).
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
    """For the version before, which knows no ``priority``."""
    priority = models.SmallIntegerField(
        _("priority"), choices=Priority, default=Priority.NORMAL, db_default=Priority.NORMAL
    )
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    resends = models.PositiveIntegerField(_("sent again"), null=True, editable=False)
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
            models.Index("channel", F("priority").desc(), "due_at", condition=Q(state="pending"), name="delivery_next"),
            models.Index("channel", "state", F("id").desc(), name="delivery_by_state"),
            models.Index("user", "created_at", condition=Q(state="digest"), name="delivery_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.get_state_display()}"


class DeliveryEvent(models.Model):
    """A line of a delivery's history: an attempt, or what the other side reported later."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=16)
    detail = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return formats.date_format(timezone.localtime(self.at), "DATETIME_FORMAT")
