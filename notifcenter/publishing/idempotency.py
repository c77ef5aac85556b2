"""Idempotency keys: the same key and body are answered as the first time, and store nothing (rules as Stripe's).

A key is kept by the statement that stores what was said under it, first of all: of two at the same time the second
waits there, finds it taken, and replays.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from notifcenter.models import IdempotencyKey, Provider
from notifcenter.publishing import sql
from notifcenter.publishing.sql import LIFETIME, IdempotencyRecord


class Reused(Exception):
    """The key was used with another body."""


def kept(provider: Provider, key: str, body: Any, answer: Any) -> IdempotencyRecord:
    """What is to be kept under a key: the answer, and what the body is known by again."""
    return IdempotencyRecord(provider.pk, key, _fingerprint(body), answer)


def answered(provider: Provider, key: str, body: Any, *, now: datetime) -> Any | None:
    """What this body was answered under the key, if it was. Raises Reused."""
    found = sql.kept_answer(provider.pk, key, since=now - LIFETIME)
    if found is not None and found[0] != _fingerprint(body):
        raise Reused
    return found[1] if found else None


def forget_old(now: datetime) -> int:
    """Drop the keys that have lived their time."""
    return IdempotencyKey.objects.filter(created_at__lt=now - LIFETIME).delete()[0]


def _fingerprint(body: Any) -> str:
    """Spaces and the order of names make no difference."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
