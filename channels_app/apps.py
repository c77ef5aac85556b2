"""The channels as a Django application."""

import pkgutil
from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

WIRED = ("audit", "receivers", "webhooks", "delivery.deliver", "delivery.fanout", "digest.queue", "delivery.no_channel")
"""What works by being imported: invariants, receivers of signals, queues."""


class ChannelsAppConfig(AppConfig):
    """How it gets there."""

    name = "channels_app"
    verbose_name = _("Channels")

    def ready(self) -> None:
        """Find every file in ``channels``: each is a channel; then what is wired by its import."""
        channels = import_module(f"{self.name}.channels")
        for module in pkgutil.iter_modules(channels.__path__, f"{channels.__name__}."):
            import_module(module.name)
        for name in WIRED:
            import_module(f"{self.name}.{name}")
