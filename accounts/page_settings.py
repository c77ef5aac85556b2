"""How somebody's pages look: the one row of a person who chose anything."""

from django.conf import settings
from django.db import models


class Density(models.TextChoices):
    """How many rows of the centre fit on a screen."""

    COMPACT = "compact"
    COMFORTABLE = "comfortable"


class Corner(models.TextChoices):
    """Where popups appear."""

    BOTTOM_LEFT = "bottom-left"
    BOTTOM_RIGHT = "bottom-right"
    TOP_LEFT = "top-left"
    TOP_RIGHT = "top-right"


class PageSettings(models.Model):
    """``views``: saved filters of the centre, [{"name", "query"}]; ``shortcuts``: whether keys do something there."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="page_settings"
    )
    views = models.JSONField(default=list)
    density = models.CharField(max_length=11, choices=Density, default=Density.COMPACT)
    popup_corner = models.CharField(max_length=12, choices=Corner, default=Corner.BOTTOM_LEFT)
    shortcuts = models.BooleanField(default=True)
