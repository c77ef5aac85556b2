"""Providers: create or change one, and say where it is told how its deliveries end."""

import base64
import secrets
from typing import Any

from notifcenter.models import Provider, Webhook


def save(code: str, **given: Any) -> tuple[Provider, bool]:
    """The provider of that code with what was given changed; True when it is new. Its name is the code until told."""
    return Provider.objects.update_or_create(code=code, defaults=given, create_defaults={"name": code} | given)


def set_webhook(provider: Provider, url: str, *, new_secret: bool = False) -> str:
    """Tell this address how deliveries end, again if it was given up; gives the secret where it is new, this once."""
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    given = {"url": url, "active": True} | ({"secret": secret} if new_secret else {})
    fresh = {"url": url, "secret": secret}
    _webhook, made = Webhook.objects.update_or_create(provider=provider, defaults=given, create_defaults=fresh)
    return secret if made or new_secret else ""


def remove_webhook(provider: Provider) -> None:
    """Tell nobody any more; what waits is dropped."""
    Webhook.objects.filter(provider=provider).delete()
