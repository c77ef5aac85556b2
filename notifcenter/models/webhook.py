"""Status webhooks of providers, and the calls made to them."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from notifcenter.models.delivery import State
from notifcenter.models.notification import Priority
from notifcenter.models.provider import Provider


class Webhook(models.Model):
    """The address to call when a provider's deliveries end. Not ``active``: the address answered that it is gone."""

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


class WebhookCall(models.Model):
    """One event to send to a webhook: a row of a queue, as a delivery is. ``body`` is sent unchanged."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="calls", verbose_name=_("webhook"))
    body = models.TextField(_("body"))
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.PENDING)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    priority = models.SmallIntegerField(
        _("priority"), choices=Priority, default=Priority.NORMAL, db_default=Priority.NORMAL
    )
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
            models.Index(F("priority").desc(), "due_at", condition=Q(state="pending"), name="webhook_next"),
            models.Index("finished_at", condition=~Q(state="pending"), name="webhook_old"),
        ]

    def __str__(self) -> str:
        return f"{self.webhook_id} {self.state}"
