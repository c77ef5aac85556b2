"""Keys of publications: the publisher's own name for a matter, and the fold keys by which repeats are recognised.

Only a digest of a key is stored, with the notification that it names now. A publication under a key that is in use
changes that notification; whoever does so holds the key's row locked until the commit, so of two at the same time the
second sees what the first did. Where there is no row yet, the second meets the unique digest (``claims.KeyTaken``) and
looks again. A key is free again once its notification is withdrawn or gone, a fold key once its window has ended.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from notifcenter.models import Kind, Notification, PublicationKey
from notifcenter.publishing.publication import Publication


@dataclass(frozen=True)
class Keys:
    """The digests of one publication's keys; None where it has no such key."""

    key: UUID | None
    fold: UUID | None

    def all(self) -> list[UUID]:
        """Those there are."""
        return [digest for digest in (self.key, self.fold) if digest is not None]


class RecentKeys:
    """At most so many digests of keys that were in use recently: what comes under one is likely an update or a repeat.

    Only a hint, which spares new publications a look and repeats a write in vain; the database decides.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._digests: OrderedDict[UUID, None] = OrderedDict()

    def add(self, digests: Iterable[UUID]) -> None:
        """These are in use now."""
        for digest in digests:
            self._digests[digest] = None
            self._digests.move_to_end(digest)
        while len(self._digests) > self._most:
            self._digests.popitem(last=False)

    def holds_any(self, digests: Iterable[UUID]) -> bool:
        """Whether one of these was."""
        return any(digest in self._digests for digest in digests)


def of(publication: Publication) -> Keys:
    """The digests of a publication's key and fold key."""
    scope = (0, publication.owner) if publication.owner else (publication.provider.pk, 0)
    key = key_digest(*scope, publication.key) if publication.key else None
    fold_key = _fold_key(publication)
    if fold_key is None or not settings.FOLD_MINUTES:
        return Keys(key, None)
    return Keys(key, _digest("fold", publication.provider.pk, publication.owner, publication.kind, fold_key))


def key_digest(provider: int, owner: int, key: str) -> UUID:
    """The digest of a provider's key (``owner`` 0), or of a user's own, whatever the provider (``provider`` 0)."""
    return _digest("key", provider, owner, key)


def notification_under(provider: int, owner: int, key: str) -> Notification | None:
    """What stands under a key now."""
    rows = PublicationKey.objects.filter(pk=key_digest(provider, owner, key)).select_related("notification")
    return next((row.notification for row in rows), None)


def window() -> timedelta:
    """How long after the first its repeats are folded."""
    return timedelta(minutes=settings.FOLD_MINUTES)


def forget_old(now: datetime, batch: int) -> None:
    """Delete fold keys whose window ended without a repeat, so many at a time."""
    old = PublicationKey.objects.filter(folds_until__lte=now, due_at=None)
    while pks := list(old.values_list("pk", flat=True)[:batch]):
        PublicationKey.objects.filter(pk__in=pks, folds_until__lte=now, due_at=None).delete()


def locked(digests: Iterable[UUID]) -> dict[UUID, PublicationKey]:
    """The rows of those keys that have one, locked until the commit, by ascending digest."""
    rows = PublicationKey.objects.select_for_update().filter(pk__any_of=sorted(set(digests))).order_by("pk")
    return {row.pk: row for row in rows}


def locked_of(notification: UUID) -> list[PublicationKey]:
    """The rows of the keys that name a notification, locked until the commit."""
    return list(PublicationKey.objects.select_for_update().filter(notification=notification).order_by("pk"))


def _fold_key(publication: Publication) -> list[Any] | None:
    """What two publications must have in common to fold; None where this one does not fold.

    A scheduled one does not, and an error that has a key is another matter than one with another key.
    """
    names = publication.named
    if names is None or publication.fold_key is False or publication.send_at:
        return None
    recipients = [names] if isinstance(names, str) else sorted(set(map(json.dumps, names)))
    if publication.fold_key is not None:
        return [publication.fold_key, recipients]
    if publication.kind != Kind.ERROR or publication.key:
        return None
    return [publication.header, publication.text, recipients]


def _digest(*parts: object) -> UUID:
    """128 bits of SHA-256."""
    return UUID(bytes=hashlib.sha256(json.dumps(parts).encode()).digest()[:16])
