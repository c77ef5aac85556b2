"""What the channels keep for themselves: the daily mails, and which version is out."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifcenter.models import Priority, State


class DigestMail(models.Model):
    """One person's daily mail for one window, written down before it is sent: that is how it is sent once.

    It carries what was published in its window and still waits for a digest. ``due_at`` is the next attempt; a claim
    moves it to the end of the lease and raises ``attempts``.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, verbose_name=_("user"))
    window_start = models.DateTimeField(_("window start"))
    window_end = models.DateTimeField(_("window end"), db_index=True)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.PENDING)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    priority = models.SmallIntegerField(
        _("priority"), choices=Priority, default=Priority.NORMAL, db_default=Priority.NORMAL
    )
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("next attempt at"), null=True)
    leased_until = models.DateTimeField(_("in hand until"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("daily mail")
        verbose_name_plural = _("daily mails")
        constraints = [models.UniqueConstraint("user", "window_end", name="digest_once")]
        indexes = [models.Index(F("priority").desc(), "due_at", condition=Q(state="pending"), name="digest_next")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.window_end:%Y-%m-%d} {self.state}"


class Release(models.Model):
    """A version that is out; the newest row is the current one."""

    version = models.CharField(_("version"), max_length=100)
    released_at = models.DateTimeField(_("released at"), default=timezone.now)

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.version


class ClosingPush(models.Model):
    """A push that takes an earlier one off a device: a row of a queue, as a delivery is."""

    device = models.ForeignKey("accounts.Device", models.CASCADE, verbose_name=_("device"))
    notification = models.UUIDField(_("notification"))
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
        verbose_name = _("closing push")
        verbose_name_plural = _("closing pushes")
        indexes = [models.Index(F("priority").desc(), "due_at", condition=Q(state="pending"), name="closing_next")]

    def __str__(self) -> str:
        return f"{self.device_id} {self.state}"
