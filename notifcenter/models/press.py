"""Actions that people pressed."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifcenter.models.notification import Notification

ACTION_ID_MAX = 32


class ActionPress(models.Model):
    """Somebody pressed an action of a notification; of a person who was erased it stays, without them.

    Of an exclusive action the earliest counts, and there is no other: it is written under the notification's lock.
    """

    notification = models.ForeignKey(
        Notification, models.CASCADE, db_index=False, related_name="presses", verbose_name=_("notification")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("user")
    )
    action = models.CharField(_("action"), max_length=ACTION_ID_MAX)
    at = models.DateTimeField(_("pressed at"), default=timezone.now)

    class Meta:
        verbose_name = _("pressed action")
        verbose_name_plural = _("pressed actions")
        constraints = [models.UniqueConstraint("notification", "action", "user", name="press_once")]

    def __str__(self) -> str:
        return f"{self.action} {self.notification_id}"
