"""People as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Who receives notifications."""

    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        """Register who resolves management and user tokens, and what is kept about people here."""
        from accounts import personal_data, tokens  # noqa: F401  their models are not there before
