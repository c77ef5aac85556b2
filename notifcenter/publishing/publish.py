"""Publish: store a notification once, place it in every recipient's inbox, announce it; all of it or nothing."""

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import connection, transaction

from notifcenter.models import Notification
from notifcenter.operation import crash_points
from notifcenter.publishing import claims, fanout, keyed, keys, new, sql
from notifcenter.publishing.claims import Claims, IdempotencyRecord, KeyTaken
from notifcenter.publishing.folds import storms
from notifcenter.publishing.group_commit import GroupCommit
from notifcenter.publishing.publication import Publication, Published

logger = logging.getLogger(__name__)
GROUPED_MAX = 100
RECENT_KEYS_MAX = 10_000

Respond = Callable[[Sequence[Published]], IdempotencyRecord | None]
"""Makes the idempotency record of a call from what its publications came to."""


@dataclass(frozen=True)
class Call:
    """Publications that are stored together or not at all, in order; ``published`` is filled in when they are stored.

    ``respond`` makes the idempotency record of the call, if it is not ``no_record``. With at most ``GROUPED_MAX`` inbox
    entries it shares a transaction with other calls of the same moment.
    """

    publications: Sequence[Publication]
    respond: Respond
    now: datetime
    published: list[Published] = field(default_factory=list)

    @property
    def entries(self) -> int:
        """The number of inbox entries it makes."""
        return sum(len(publication.people) for publication in self.publications)

    def pairs(self) -> Iterable[tuple[Publication, Published]]:
        """Its publications, each with what it came to."""
        return zip(self.publications, self.published, strict=True)


def no_record(_published: Sequence[Published]) -> None:
    """There is no idempotency key."""


def publish(publications: Sequence[Publication], *, now: datetime) -> list[Notification]:
    """``accept``; gives the notifications."""
    return [each.notification for each in accept(publications, now=now)]


def accept(publications: Sequence[Publication], respond: Respond = no_record, *, now: datetime) -> list[Published]:
    """Store all publications or none, in order; gives what became of each.

    One under a key that is in use changes what stands under it (``keyed``). Raises KeyConflict where the idempotency
    key of what ``respond`` gives is in use, and Mistake where a publication does not fit what its key names. Up to
    ``fanout.PLACED_AT_ONCE_MAX`` inbox entries are placed in the same transaction; more are left to the workers.
    """
    call = Call(publications, respond, now)
    if connection.in_atomic_block or call.entries > GROUPED_MAX:
        _store([call])
    else:
        _store_in_group(call)
    _log(call)
    return call.published


def accept_each(calls: Sequence[Call]) -> list[BaseException | None]:
    """``accept`` of many calls, each by itself, with at most ``GROUPED_MAX`` entries; gives the error of each or None.

    Not inside of a transaction.
    """
    errors = _store_in_group.each(calls)
    for call, error in zip(calls, errors, strict=True):
        if error is None:
            _log(call)
    return errors


def _store(calls: Sequence[Call]) -> None:
    """Write all calls or none. That a key is in use shows at the write, or before it where one was recently."""
    now = max(call.now for call in calls)
    publications = [publication for call in calls for publication in call.publications]
    digests = [digest for publication in publications for digest in keys.of(publication).all()]
    if not (_recent_keys.holds_any(digests) and _store_storm(calls, publications, now)):
        _store_looking(calls, publications, digests, now)
    _recent_keys.add(digests)


def _store_looking(
    calls: Sequence[Call], publications: Sequence[Publication], digests: Sequence[UUID], now: datetime
) -> None:
    is_plain = len(set(digests)) == len(digests) and not any(map(_takes_more, publications))
    is_recorded = any(call.respond is not no_record for call in calls)
    if is_plain and not _is_in_use(digests, now, is_recorded=is_recorded):
        try:
            return _store_new(calls, now)
        except KeyTaken:
            if connection.in_atomic_block:
                raise
    _store_by_key(calls, now)


def _takes_more(publication: Publication) -> bool:
    """Whether it waits for its time, or surely changes what its key names, since it names nobody."""
    return publication.send_at is not None or bool(publication.key and publication.named is None)


def _is_in_use(digests: Sequence[UUID], now: datetime, *, is_recorded: bool) -> bool:
    """At a look, which is taken where a write in vain is likely, or does harm: it would spoil the caller's transaction,
    or hold the idempotency key of a call while it waits for who changes what the other key names."""
    looks = connection.in_atomic_block or is_recorded or _recent_keys.holds_any(digests)
    return looks and claims.any_name_in_use(digests, now=now)


def _store_storm(calls: Sequence[Call], publications: Sequence[Publication], now: datetime) -> bool:
    """Write repeats of one notification by the short way; False where they take more."""
    digest = storms.digest_of(publications)
    if digest is None or connection.in_atomic_block:
        return False
    with transaction.atomic(savepoint=False):
        published = iter(storms.fold(digest, publications, now=now))
        for call in calls:
            call.published[:] = islice(published, len(call.publications))
        stored = bool(calls[0].published)
        if stored and (records := _records(calls)):
            sql.write([], [], [], Claims(records), now=now)
    return stored


def _store_new(calls: Sequence[Call], now: datetime) -> None:
    for call in calls:
        call.published[:] = [new.published(one, index, call.now) for index, one in enumerate(call.publications)]
    placing = [(each.notification, one.people) for call in calls for one, each in call.pairs()]
    claimed = Claims(
        _records(calls), [key for call in calls for one in call.publications for key in new.keys_of(one, call.now)]
    )
    many, shared = sum(call.entries for call in calls) > fanout.PLACED_AT_ONCE_MAX, len(calls) > 1
    is_one = not shared and not many and not (claimed.keys and claimed.idempotency_records)
    with _transaction(one_statement=is_one):
        new.write(placing, claimed, now=now)
        crash_points.at("group.before_commit" if shared else "publish.before_commit")
    if shared:
        crash_points.at("group.after_commit")


def _store_by_key(calls: Sequence[Call], now: datetime) -> None:
    with transaction.atomic(savepoint=False):
        taking = keyed.Taking([one for call in calls for one in call.publications], now)
        for call in calls:
            call.published[:] = [taking.take(one, index) for index, one in enumerate(call.publications)]
        taking.write(_records(calls))
        crash_points.at("keyed.before_commit")
    crash_points.at("keyed.after_commit")


def _records(calls: Sequence[Call]) -> list[IdempotencyRecord]:
    records = (call.respond(call.published) for call in calls)
    return [record for record in records if record is not None]


def _transaction(*, one_statement: bool) -> AbstractContextManager[None]:
    """On PostgreSQL one statement needs no transaction around it; two round trips less."""
    if one_statement and connection.vendor == "postgresql":
        return nullcontext()
    return transaction.atomic(savepoint=False)


def _log(call: Call) -> None:
    if logger.isEnabledFor(logging.INFO):
        for publication, each in call.pairs():
            facts = {"notification": str(each.notification.id), "provider": publication.provider.code}
            facts["request_id"] = publication.request_id
            logger.info("published for %s: %s", each.recipients, each.outcome, extra=facts)


_store_in_group = GroupCommit(_store)
_recent_keys = keys.RecentKeys(RECENT_KEYS_MAX)
