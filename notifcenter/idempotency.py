"""Idempotency keys: the same key and body are answered as the first time, and store nothing (rules as Stripe's)."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from notifcenter import storage
from notifcenter.models import IdempotencyKey, Provider

LIFETIME = timedelta(hours=24)


class Reused(Exception):
    """The key was used with another body."""


def once(provider: Provider, key: str, body: Any, answer: Callable[[], Any], *, now: datetime) -> tuple[Any, bool]:
    """``answer()``, kept under the key in the same transaction; or the kept answer, and True. Raises Reused.

    Of two at the same time the second waits on the key's uniqueness, undoes what it did, and replays.
    """
    fingerprint = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    kept = _kept(provider, key, fingerprint, now)
    if kept is not None:
        return kept, True
    try:
        with transaction.atomic():
            given = answer()
            if not storage.keep_answer(provider, key, fingerprint, given, now=now, old=now - LIFETIME):
                raise _Taken
            return given, False
    except _Taken:
        return _kept(provider, key, fingerprint, now), True


def forget_old(now: datetime) -> int:
    """Drop the keys that have lived their time."""
    return IdempotencyKey.objects.filter(created_at__lt=now - LIFETIME).delete()[0]


class _Taken(Exception):
    """Somebody else was first."""


def _kept(provider: Provider, key: str, fingerprint: str, now: datetime) -> Any | None:
    kept = storage.kept_answer(provider, key, since=now - LIFETIME)
    if kept is not None and kept[0] != fingerprint:
        raise Reused
    return kept[1] if kept else None
