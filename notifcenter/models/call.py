"""Calls of a telephone exchange: one notification that lives from ring to recording."""

from django.db import models
from django.db.models import Q

from notifcenter.models.call_state import CallState
from notifcenter.models.notification import Notification
from notifcenter.models.provider import Provider


class Call(models.Model):
    """What the events of one call have told so far; ``call_id`` is the provider's name for it.

    ``furthest`` is the furthest state of any event, ``fields`` what they carried: {name: [rank of the state, value]}.
    ``lapses_at`` is set while it rings: then it becomes missed.
    """

    notification = models.OneToOneField(Notification, models.CASCADE, primary_key=True, related_name="call")
    provider = models.ForeignKey(Provider, models.CASCADE, db_index=False)
    call_id = models.CharField(max_length=255)
    furthest = models.CharField(max_length=8, choices=CallState)
    fields = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    lapses_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("provider", "call_id", name="call_once")]
        indexes = [models.Index("lapses_at", condition=Q(lapses_at__isnull=False), name="call_lapses")]

    def __str__(self) -> str:
        return f"{self.call_id} {self.furthest}"
