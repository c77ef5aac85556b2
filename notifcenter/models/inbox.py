"""Inboxes: their counters, their items, and the changes of items."""

import uuid
from datetime import UTC, datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from notifcenter.models.notification import Notification
from notifcenter.models.provider import Provider


class Inbox(models.Model):
    """The counters of one person's inbox; both change only under this row's lock.

    ``revision`` counts every change of the inbox, gap-free: the cursor of the live socket.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="inbox")
    revision = models.BigIntegerField(default=0)
    unread = models.IntegerField(default=0)


COUNTED = Q(read_at=None, deleted_at=None, snoozed_until=None)
"""The items that ``Inbox.unread`` counts; what is done is read."""
CALL_END = datetime(9999, 12, 31, tzinfo=UTC)
"""``InboxItem.snoozed_until`` of what comes back when its person's call ends."""
SEARCHED = (
    "user",
    F("position").desc(),
    "search",
    "kind",
    "provider",
    "category",
    "published_at",
    "missed",
    "read_at",
    "done_at",
    "pinned_at",
    "snoozed_until",
    "deleted_at",
    "notification",
)
"""All that a search through somebody's items reads of them, in one place: elsewhere they lie far apart. SQLite also
reads what the index is limited by."""


class SettledChannels(models.Model):
    """The channels by which nothing goes out, each with its reason, as one text that ``inbox.settled`` writes.

    Few texts serve all items. None is ever changed or deleted.
    """

    id = models.AutoField(primary_key=True)
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint("text", name="settled_text_once")]


class InboxItem(models.Model):
    """A notification in one person's inbox.

    ``position`` is the revision of its last arrival (published, or renewed) and orders the inbox. ``settled`` is None
    where an earlier version placed it, and all its deliveries are rows. ``placed_at`` is None where it was placed in
    the second of the notification's ``created_at``.

    From ``kind`` to ``search`` the columns follow the notification (``inbox.filter_columns``); ``kind`` is None where
    an earlier version placed it and its turn has not come, ``search`` where the notification's own is to be searched.
    Done counts as read; ``snoozed_until`` is ``CALL_END`` where it comes back when the person's call ends.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, verbose_name=_("user"))
    notification = models.ForeignKey(
        Notification, models.CASCADE, related_name="items", db_index=False, verbose_name=_("notification")
    )
    provider = models.ForeignKey(Provider, models.PROTECT, db_index=False, verbose_name=_("provider"))
    position = models.BigIntegerField()
    silent = models.BooleanField(_("silent"), default=False)
    read_at = models.DateTimeField(_("read at"), null=True)
    deleted_at = models.DateTimeField(_("deleted at"), null=True)
    settled = models.ForeignKey(  # a checked key would lock one row for everything that is placed
        SettledChannels, models.PROTECT, null=True, db_index=False, db_constraint=False
    )
    placed_at = models.DateTimeField(null=True)
    kind = models.CharField(max_length=7, null=True, editable=False)
    category = models.CharField(max_length=255, null=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    missed = models.BooleanField(null=True, editable=False)
    search = models.TextField(null=True, editable=False)
    done_at = models.DateTimeField(_("done at"), null=True)
    pinned_at = models.DateTimeField(_("pinned at"), null=True)
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True)

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
            models.Index("settled", "id", name="item_settled"),
            models.Index("id", condition=Q(kind__isnull=True), name="item_unfilled"),
            models.Index(
                "user",
                F("position").desc(),
                condition=Q(deleted_at__isnull=True, pinned_at__isnull=False),
                name="item_pinned",
            ),
            models.Index(
                "snoozed_until",
                condition=Q(deleted_at__isnull=True, snoozed_until__isnull=False),
                name="item_snoozed",
            ),
            models.Index(
                "user",
                F("position").desc(),
                condition=Q(deleted_at__isnull=True, done_at__isnull=True, snoozed_until__isnull=True),
                name="item_open",
            ),
            models.Index(
                "user",
                F("position").desc(),
                condition=Q(deleted_at__isnull=True, done_at__isnull=False),
                name="item_done",
            ),
            models.Index(*SEARCHED, condition=Q(deleted_at__isnull=True), name="item_searched"),
        ]

    @property
    def is_counted(self) -> bool:
        """Whether ``Inbox.unread`` counts it."""
        return self.read_at is None and self.deleted_at is None and self.snoozed_until is None


class InboxChange(models.Model):
    """A change of existing items: read, unread, deleted, changed; stored long enough for a page to replay it.

    ``ids``: not all of more than pages are shown one by one (``inbox.records``). ``alert``: the ids among those that
    changed which pop up as if new. ``previous_positions``: {id: position} that
    items had before this change made them the newest.
    """

    class Action(models.TextChoices):
        """The kinds of change."""

        READ = "read"
        UNREAD = "unread"
        DELETED = "deleted"
        CHANGED = "changed"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False)
    revision = models.BigIntegerField()
    action = models.CharField(max_length=7, choices=Action)
    ids = models.JSONField(default=list)
    all = models.BooleanField(default=False)
    alert = models.JSONField(null=True)
    previous_positions = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("user", "revision", name="change_revision")]


class InboxUndo(models.Model):
    """What one call changed in an inbox, for ``inbox.undo``, for a minute.

    ``verb``: its name (``inbox.verbs``); ``written``: what it wrote into the column that tells whether it still holds.
    ``before``: [[item, its position, the values of the verb's columns, as text or None]].
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    verb = models.CharField(max_length=8)
    written = models.DateTimeField(null=True)
    before = models.JSONField()
    created_at = models.DateTimeField()
