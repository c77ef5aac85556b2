"""Idempotency keys: a repeated key with the same body gets the first response again and stores nothing, as at Stripe.

The record of a key is written by the statement that stores the publications, before them: of two requests with one
key at the same time the second waits there, meets the conflict, and replays the first response.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from notifcenter.models import IdempotencyKey, Provider
from notifcenter.publishing import claims
from notifcenter.publishing.claims import KEY_LIFETIME, IdempotencyRecord


class Reused(Exception):
    """The key was used with another body."""


def record(provider: Provider, key: str, body: object, response: object) -> IdempotencyRecord:
    """The record to write under a key: the response to replay and the fingerprint of the body."""
    return IdempotencyRecord(provider.pk, key, _fingerprint(body), response)


def first_response(provider: Provider, key: str, body: object, *, now: datetime) -> Any | None:
    """The response given to this body under the key within its lifetime; None if there is none. Raises Reused."""
    stored = claims.find_idempotency_record(provider.pk, key, since=now - KEY_LIFETIME)
    if stored is None:
        return None
    fingerprint, response = stored
    if fingerprint != _fingerprint(body):
        raise Reused
    return response


def forget_old(now: datetime) -> int:
    """Delete the records past their lifetime; gives how many."""
    return IdempotencyKey.objects.filter(created_at__lt=now - KEY_LIFETIME).delete()[0]


def _fingerprint(body: object) -> str:
    """SHA-256 of the body; white space and the order of names make no difference."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
