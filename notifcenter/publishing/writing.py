"""Writing what publications with keys came to: new notifications, changed ones, folds and schedules of one transaction.

All locks are taken in one order, so that nobody waits in a circle: a fan-out's chunk, a call, keys by digest,
notifications by id (the last two by ``keyed``), idempotency keys, then inboxes by user. Erasing and retention
(``retention.lock``) keep to it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from notifcenter.inbox import item_changes
from notifcenter.models import Notification, PublicationKey, ScheduledPublication
from notifcenter.publishing import fanout, new, scheduling, spread, sql
from notifcenter.publishing.claims import Claims, IdempotencyRecord, NewKey
from notifcenter.publishing.folds import folding
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.spread import How


class Writing:
    """Collects what is to be written. ``schedules``: those of the existing notifications, by notification."""

    def __init__(self, schedules: Mapping[UUID, ScheduledPublication], now: datetime) -> None:
        self.schedules = dict(schedules)
        self.keys: list[NewKey] = []
        self._now = now
        self._new: dict[UUID, tuple[Notification, dict[int, bool]]] = {}
        self._changed: dict[UUID, tuple[Notification, How | None]] = {}
        self._added: dict[UUID, dict[int, bool]] = {}
        self._holders: dict[UUID, list[int]] = {}
        self._folds: dict[UUID, tuple[PublicationKey | None, Notification]] = {}
        self._ended: list[tuple[PublicationKey, Notification]] = []

    def add(self, notification: Notification, publication: Publication) -> None:
        """A new notification, to be placed now or at its time."""
        self._new[notification.pk] = notification, {} if publication.send_at else publication.people
        if publication.send_at:
            self.schedules[notification.pk] = scheduling.schedule(notification, publication, publication.send_at)

    def add_people(self, notification: Notification, people: Mapping[int, bool]) -> int:
        """More recipients of a notification; gives how many it has then."""
        if notification.pk in self._new:
            self._new[notification.pk][1].update(people)
            return len(self._new[notification.pk][1])
        added = self._added.setdefault(notification.pk, {})
        there = {*self._holders_of(notification), *added} | (fanout.to_place(notification) if people else set())
        added |= {user: on for user, on in people.items() if user not in there}
        return len(there | added.keys())

    def change(self, notification: Notification, how: How | None) -> None:
        """Another content; ``how`` the inboxes are to be shown it (None: later). Of several the strongest holds."""
        if notification.pk not in self._new:
            _notification, before = self._changed.get(notification.pk, (notification, None))
            self._changed[notification.pk] = notification, before if before == How.RENEWED else how or before

    def fold(self, digest: UUID, row: PublicationKey | None, notification: Notification) -> None:
        """A repeat of a notification; ``row``: the locked one of its fold key, None where that is new too."""
        self._folds[digest] = row, notification
        self.change(notification, None)

    def end_fold(self, row: PublicationKey, notification: Notification) -> None:
        """The window of a fold is over."""
        self._ended.append((row, notification))

    def write(self, records: Sequence[IdempotencyRecord]) -> None:
        """Write all of it; raises KeyConflict, or KeyTaken where a key was taken meanwhile."""
        shown = list(self._shown())
        if records:
            sql.write([], [], [], Claims(records), now=self._now)
        if users := self._users(shown):
            item_changes.lock_or_make(users)
        for row, notification in self._ended:
            folding.end(row, notification, now=self._now)
        self._write_new()
        self._write_new_folds()
        for notification, _how in self._changed.values():
            new.save(notification)
        for notification, how in shown:
            fanout.show(notification, how, self._holders_of(notification), now=self._now)
        for pk, people in self._added.items():
            fanout.place_or_enqueue(self._changed[pk][0], people, now=self._now)

    def _write_new(self) -> None:
        if self._new or self.keys:
            new.write(list(self._new.values()), Claims(keys=self.keys), now=self._now)
        for schedule in self.schedules.values():
            scheduling.save(schedule, now=self._now)

    def _shown(self) -> Iterator[tuple[Notification, How]]:
        """The changes that the inboxes see now."""
        folded = {
            notification.pk
            for row, notification in self._folds.values()
            if row is not None and folding.show_or_wait(row, notification, now=self._now)
        }
        for notification, how in self._changed.values():
            if how or notification.pk in folded:
                yield notification, how or How.FOLDED

    def _users(self, shown: Sequence[tuple[Notification, How]]) -> set[int]:
        """Everybody whose inbox is written, but for those who are left to the workers."""
        of_new = [people for _notification, people in self._new.values()]
        of_changed = [self._holders_of(one) for one, _how in shown] + [
            self._holders_of(one) for row, one in self._ended if row.due_at is not None
        ]
        groups = [*of_new, *self._added.values(), *of_changed]
        return {user for users in groups if len(users) <= fanout.PLACED_AT_ONCE_MAX for user in users}

    def _holders_of(self, notification: Notification) -> list[int]:
        if notification.pk not in self._holders:
            self._holders[notification.pk] = spread.holders(notification)
        return self._holders[notification.pk]

    def _write_new_folds(self) -> None:
        """Repeats of what is new itself: it has its inboxes, the window's end is to come."""
        for digest, (row, notification) in self._folds.items():
            if row is None:
                new.save(notification)
                folding.begin(digest, now=self._now)
