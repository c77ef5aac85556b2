"""Published notifications, and what publishing needs for itself."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from notifcenter.models.call_state import OVER, state_in
from notifcenter.models.provider import Provider
from notifcenter.request_id import REQUEST_ID_MAX


class Kind(models.TextChoices):
    """What a notification is about; decides its icon, default title, expiry and order in the queues."""

    CALL = "call", _("Call")
    ERROR = "error", _("Error")
    MESSAGE = "message", _("Message")


class Priority(models.IntegerChoices):
    """The order of every queue, the greatest first."""

    LOW = 1, _("Low")
    NORMAL = 2, _("Normal")
    HIGH = 3, _("High")
    CRITICAL = 4, _("Critical")

    @property
    def code(self) -> str:
        """As publishers write it."""
        return self.name.lower()


PRIORITIES = {priority.code: priority for priority in Priority}
"""Each priority by the name that publishers give it."""


class Notification(models.Model):
    """One published event, stored once however many receive it.

    ``details`` holds what only some have: from, to, duration (seconds), element, link, click_link, icon,
    date (Unix seconds, shown only), phone, read_on_show, image, priority, category, key.
    ``changes`` counts its updates, ``repeats`` how often it was published where it folded (None: once);
    ``changed_at`` is the time of the last of either, ``renewed_at`` that of the last that made it new again.
    ``owner`` is the id of the user who sent it to themselves (None: its provider published it).
    ``search``: what ``inbox.search`` finds it by (None: an earlier version stored it and its turn has not come).
    One that is withdrawn stays for its publisher to look up, and is in nobody's inbox.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.ForeignKey(Provider, models.PROTECT, verbose_name=_("provider"))
    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    header = models.CharField(_("header"), max_length=255, blank=True)
    text = models.TextField(_("text"))
    details = models.JSONField(_("details"), default=dict, blank=True)
    request_id = models.CharField(_("request id"), max_length=REQUEST_ID_MAX, blank=True, default="", db_default="")
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    owner = models.BigIntegerField(_("sent to themselves by"), null=True, editable=False)
    changes = models.PositiveIntegerField(_("updates"), null=True, editable=False)
    repeats = models.PositiveIntegerField(_("repeats"), null=True, editable=False)
    changed_at = models.DateTimeField(_("changed at"), null=True, editable=False)
    renewed_at = models.DateTimeField(_("renewed at"), null=True, editable=False)
    expires_at = models.DateTimeField(_("expires at"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)
    search = models.TextField(null=True, editable=False)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes = [
            models.Index(F("created_at").desc(), name="notification_newest"),
            models.Index("provider", "kind", F("created_at").desc(), F("id").desc(), name="notification_of_provider"),
            models.Index(
                "expires_at",
                condition=Q(expires_at__isnull=False, withdrawn_at__isnull=True),
                name="notification_expiring",
            ),
        ]

    def __str__(self) -> str:
        return self.header or self.text[:60]

    @property
    def is_over(self) -> bool:
        """Whether it is a call that asks nobody for anything any more: it arrives read."""
        return state_in(self.details) in OVER

    @property
    def priority(self) -> Priority:
        """The one its publisher gave; else calls are high, all else is normal."""
        given = self.details.get("priority")
        if given is None:
            return Priority.HIGH if self.kind == Kind.CALL else Priority.NORMAL
        return PRIORITIES[given]


class PublicationKey(models.Model):
    """What a publisher's key or fold key names now; there is one only where the publication had such a key.

    ``id`` is a digest of the publisher and the key (``publishing.keys``). ``folds_until``: the end of a fold's window
    (None: it is no fold key). Once something was folded ``due_at`` is when the inboxes have to be shown it (at most
    once a second), or the window ends; ``shown_at`` is when they saw it last.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    notification = models.ForeignKey(Notification, models.CASCADE, related_name="keys")
    folds_until = models.DateTimeField(null=True)
    shown_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index("due_at", condition=Q(due_at__isnull=False), name="fold_due"),
            models.Index("folds_until", condition=Q(folds_until__isnull=False), name="fold_old"),
        ]


class ScheduledPublication(models.Model):
    """A notification that nobody sees before ``due_at``. ``recipients`` are as written; they are resolved then."""

    notification = models.OneToOneField(Notification, models.CASCADE, primary_key=True, related_name="scheduled")
    recipients = models.JSONField()
    due_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField(default=timezone.now)


class FanoutPart(models.Model):
    """A chunk of a fan-out that is still to be placed; the transaction that places it deletes it.

    ``entries``: [[hexadecimal id of the notification, [user id]]]. With a ``change`` (``publishing.spread.How``) these
    people have the notification, and are to see that it changed.
    """

    entries = models.JSONField(db_column="arrivals")
    change = models.CharField(max_length=16, blank=True, default="", db_default="")
    urgent = models.BooleanField(default=False)
    """For the version before, which knows no ``priority``."""
    priority = models.SmallIntegerField(default=Priority.NORMAL, db_default=Priority.NORMAL)
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
