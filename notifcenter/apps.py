"""The core as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from notifcenter.database import any_of, pooler  # noqa: F401 - it listens


class NotifcenterConfig(AppConfig):
    """What is sent."""

    name = "notifcenter"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        """Register the lookup ``any_of``, the setup of new connections, invariants, and what is kept about people."""
        from notifcenter.calls import personal_data as _of_calls  # noqa: F401 - its models are loaded by now
        from notifcenter.operation import audit_changes, personal_data  # noqa: F401 - the same

        any_of.register()
