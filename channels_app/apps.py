"""The channels as a Django application."""

import pkgutil
from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

FOUND_IN = ("channels", "delivery", "digest")
"""Every file in these folders works by being there: a channel, a queue."""
WIRED = ("audit", "personal_data", "receivers", "webhooks")


class ChannelsAppConfig(AppConfig):
    """How it gets there."""

    name = "channels_app"
    verbose_name = _("Channels")

    def ready(self) -> None:
        """Import what works by being imported: channels first, then queues, invariants and receivers of signals."""
        for folder in FOUND_IN:
            package = import_module(f"{self.name}.{folder}")
            for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
                import_module(module.name)
        for name in WIRED:
            import_module(f"{self.name}.{name}")
