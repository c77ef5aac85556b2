"""Numbers of a provider's day, written down once it is over."""

from django.db import models

from notifcenter.models.provider import Provider


class ProviderDay(models.Model):
    """What was published on a day in the installation's time zone, and how it was received.

    ``channels``: {channel: {"sent", "failed", "muted"}}; ``seconds``: {seconds until it was read: number of items}.
    """

    provider = models.ForeignKey(Provider, models.CASCADE, db_index=False)
    date = models.DateField()
    published = models.PositiveIntegerField()
    read = models.PositiveIntegerField()
    channels = models.JSONField(default=dict)
    seconds = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint("provider", "date", name="provider_day_once")]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.date}"
