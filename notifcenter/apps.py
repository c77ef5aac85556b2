"""The core as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotifcenterConfig(AppConfig):
    """What is sent."""

    name = "notifcenter"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        """The lookup ``any_of`` is known to all fields, and each new connection is told what is at its other end."""
        from notifcenter.database import any_of, pooler  # noqa: F401
