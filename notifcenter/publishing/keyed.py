"""Publications whose keys are in use, taken in order: each changes what its key names, or becomes a new notification.

Decided first, written after (``Writing``): nothing is half done where one of them is a Mistake.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from notifcenter.models import Notification
from notifcenter.publishing import keys, new, scheduling, spread
from notifcenter.publishing.claims import IdempotencyRecord, NewKey
from notifcenter.publishing.folds import folding
from notifcenter.publishing.publication import Mistake, Publication, Published
from notifcenter.publishing.spread import How
from notifcenter.publishing.writing import Writing


class Taking:
    """The publications of one transaction: ``take`` each, then ``write`` all."""

    def __init__(self, publications: Iterable[Publication], now: datetime) -> None:
        """Lock what the keys name; whoever is just changing it is done then."""
        self._now = now
        self._rows = keys.locked(digest for one in publications for digest in keys.of(one).all())
        ids = {row.notification_id for row in self._rows.values()}
        self._existing = {one.pk: one for one in spread.locked(Q(pk__any_of=sorted(ids)))} if ids else {}
        self._named = {digest: self._existing[row.notification_id] for digest, row in self._rows.items()}
        named = [row.notification_id for row in self._rows.values() if row.folds_until is None]
        self._writing = Writing(scheduling.waiting(named), now)
        self._folding: set[UUID] = set()

    def take(self, publication: Publication, index: int) -> Published:
        """Decide what a publication comes to; raises Mistake where it does not fit what its key names."""
        digests = keys.of(publication)
        if digests.key in self._named:
            return self._update(self._named[digests.key], publication, index)
        if digests.fold in self._named and self._folds(digests.fold):
            return self._fold(digests.fold, publication)
        return self._add(publication, index)

    def write(self, records: Sequence[IdempotencyRecord]) -> None:
        """Write what was decided; raises KeyConflict, or KeyTaken where a key was taken meanwhile."""
        self._writing.write(records)

    def _update(self, notification: Notification, publication: Publication, index: int) -> Published:
        schedule = self._writing.schedules.get(notification.pk)
        if publication.kind != notification.kind:
            raise Mistake(index, "kind", f"What stands under this key is of the kind “{notification.kind}”: keep it.")
        if publication.send_at and schedule is None:
            raise Mistake(index, "send_at", "What stands under this key is visible already.")
        new.rewrite(notification, publication, now=self._now)
        notification.changes = (notification.changes or 0) + 1
        if schedule is not None:
            scheduling.reschedule(schedule, publication)
            self._writing.change(notification, None)
            return Published(notification, "updated", len(publication.people), scheduled=True)
        if publication.renew:
            notification.renewed_at = self._now
        self._writing.change(notification, How.RENEWED if publication.renew else How.UPDATED)
        return Published(notification, "updated", self._writing.add_people(notification, publication.people))

    def _folds(self, digest: UUID) -> bool:
        """Whether a repeat folds into what this fold key names; otherwise its window ends, and the key is free."""
        row = self._rows.get(digest)
        if row is None or digest in self._folding:
            return True
        if folding.takes(row, self._existing[row.notification_id], now=self._now):
            self._folding.add(digest)
            return True
        self._writing.end_fold(row, self._named.pop(digest))
        del self._rows[digest]
        return False

    def _fold(self, digest: UUID, publication: Publication) -> Published:
        notification = self._named[digest]
        new.rewrite(notification, publication, now=self._now)
        notification.renewed_at = self._now
        notification.repeats = (notification.repeats or 1) + 1
        self._writing.fold(digest, self._rows.get(digest), notification)
        self._name(notification, new.keys_of(publication, self._now)[:1] if publication.key else [])
        return Published(notification, "folded", len(publication.people), notification.repeats)

    def _add(self, publication: Publication, index: int) -> Published:
        published = new.published(publication, index, self._now)
        self._name(published.notification, new.keys_of(publication, self._now))
        self._writing.add(published.notification, publication)
        return published

    def _name(self, notification: Notification, new_keys: Sequence[NewKey]) -> None:
        self._writing.keys += [NewKey(key.id, notification.pk, key.until) for key in new_keys]
        self._named.update((key.id, notification) for key in new_keys)
