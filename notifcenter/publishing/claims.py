"""Claims: what must be free for a publication to be written. The statement that writes it claims it first."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from notifcenter.database import prepared
from notifcenter.database.prepared import moment

KEY_LIFETIME = timedelta(hours=24)
"""How long an idempotency key is in use."""

NAMES_IN_USE = """
    SELECT id FROM notifcenter_publicationkey
    WHERE id IN ({ids}) AND (folds_until IS NULL OR folds_until > %s OR due_at IS NOT NULL) LIMIT 1"""

IDEMPOTENCY_RECORD = """
    SELECT fingerprint, answer FROM notifcenter_idempotencykey
    WHERE provider_id = %s AND key = %s AND created_at >= %s"""


@dataclass(frozen=True)
class IdempotencyRecord:
    """The response to replay under an idempotency key, and the ``fingerprint`` of the body it was given to."""

    provider: int
    key: str
    fingerprint: str
    answer: Any


@dataclass(frozen=True)
class NewKey:
    """A digest of ``keys`` that is to name a new notification; ``until`` is the end of a fold's window."""

    id: UUID
    notification: UUID
    until: datetime | None


@dataclass(frozen=True)
class Claims:
    """What must be free for a write to happen: idempotency keys, and keys of publications."""

    idempotency_records: Sequence[IdempotencyRecord] = ()
    keys: Sequence[NewKey] = ()


NO_CLAIMS = Claims()


class KeyConflict(Exception):
    """An idempotency key is in use; nothing is written."""


class KeyTaken(Exception):
    """A key names another notification already: look again. An idempotency record may be written, so roll back."""


def any_name_in_use(ids: Sequence[UUID], *, now: datetime) -> bool:
    """Whether one of these digests of keys names a notification now."""
    statement = NAMES_IN_USE.format(ids=", ".join(["%s"] * len(ids)))
    return bool(ids and prepared.rows(statement, [*(digest.hex for digest in ids), moment(now)]))


def find_idempotency_record(provider: int, key: str, *, since: datetime) -> tuple[str, Any] | None:
    """The (fingerprint, response) recorded under a key since then; None if there is none."""
    for fingerprint, response in prepared.rows(IDEMPOTENCY_RECORD, [provider, key, moment(since)]):
        return fingerprint, json.loads(response)
    return None
