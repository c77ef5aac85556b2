"""Providers: create or change one, and set its status webhook."""

import base64
import secrets

from notifcenter.models import Provider, Webhook
from notifcenter.publishing import categories


def save(code: str, **given: object) -> tuple[Provider, bool]:
    """Create or change a provider; gives it and whether it is new. A new one without a name is named by its code.

    Raises django.core.exceptions.ValidationError for a manifest whose categories are not valid.
    """
    categories.check_manifest(given.get("manifest"))
    return Provider.objects.update_or_create(code=code, defaults=given, create_defaults={"name": code} | given)


def set_webhook(provider: Provider, url: str, *, new_secret: bool = False) -> str:
    """Set the webhook's address and activate it; gives the secret where it is new, else an empty text."""
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    given = {"url": url, "active": True} | ({"secret": secret} if new_secret else {})
    fresh = {"url": url, "secret": secret}
    _webhook, made = Webhook.objects.update_or_create(provider=provider, defaults=given, create_defaults=fresh)
    return secret if made or new_secret else ""


def remove_webhook(provider: Provider) -> None:
    """Remove the webhook with its waiting calls."""
    Webhook.objects.filter(provider=provider).delete()
