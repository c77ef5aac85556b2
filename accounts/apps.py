"""People as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Who receives."""

    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        """Say who answers for management and user tokens."""
        from accounts import tokens  # noqa: F401
