"""The channels as a Django application."""

import pkgutil
from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChannelsAppConfig(AppConfig):
    """How it gets there."""

    name = "channels_app"
    verbose_name = _("Channels")

    def ready(self) -> None:
        """Listen to the core, and find every file in ``channels``: each is a channel."""
        from channels_app import audit, channels, receivers  # noqa: F401

        for module in pkgutil.iter_modules(channels.__path__, f"{channels.__name__}."):
            import_module(module.name)
