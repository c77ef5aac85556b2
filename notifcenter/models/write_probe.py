"""The one row by which a process finds out whether the database takes a write."""

from django.db import models


class WriteProbe(models.Model):
    """Written again and again under one key."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    written_at = models.DateTimeField()
