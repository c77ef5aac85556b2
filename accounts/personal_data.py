"""What is kept about people here, and by Django: choices, devices, sessions, groups, the admin's log, the account."""

import logging
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import ChannelPreference, Device, DigestSchedule, Erasure, OidcIdentity, PageSettings, User
from notifcenter.operation.erase import (
    LAST,
    SECRET,
    Row,
    Source,
    deleted,
    erase_files,
    erase_most_rows,
    erase_rows,
    register,
    register_table,
)
from notifcenter.usernames import key_of

logger = logging.getLogger(__name__)


def erase(user: User, by: str) -> dict[str, int]:
    """Take away all that is kept about this person; gives the number of rows by table. ``by``: who asked for it.

    First nothing new can reach them, so that whoever is just publishing or sending is done when the rows go.
    """
    pk = user.pk
    User.objects.filter(pk=pk).update(is_active=False)
    counts = erase_most_rows(user)
    with transaction.atomic():
        counts += erase_rows(user)
        Erasure.objects.create(by=by, rows=dict(counts))
    user.pk = pk  # Django forgets it; the files are found by it
    counts += erase_files(user)
    logger.info("a person was erased by %s: %s rows of %s tables", by, counts.total(), len(counts))
    return dict(sorted(counts.items()))


def _log_entries(user: User) -> QuerySet[LogEntry]:
    """What they did in the admin, and what was done there to them, which bears their name."""
    person = ContentType.objects.get_for_model(User)
    return LogEntry.objects.filter(Q(user=user) | Q(content_type=person, object_id=str(user.pk)))


def _sessions(user: User) -> list[Session]:
    return [row for row in Session.objects.iterator() if row.get_decoded().get(SESSION_KEY) == str(user.pk)]


def _read_sessions(user: User) -> Iterator[Row]:
    for session in _sessions(user):
        yield {"session_key": SECRET, "session_data": SECRET, "expire_date": session.expire_date}


def _erase_sessions(user: User) -> Counter[str]:
    return deleted(Session.objects.filter(pk__in=[session.pk for session in _sessions(user)]))


def _account(user: User) -> QuerySet[User]:
    return User.objects.filter(pk=user.pk)


def _sign_ins(model: Any, user: User) -> QuerySet[Any]:
    """Log-ins under the name, in vain or not."""
    return model.objects.filter(username__in={key_of(user.username), user.former_key or key_of(user.username)})


def _membership(model: Any) -> None:
    register_table(model, lambda user: model.objects.filter(user=user))


register_table(ChannelPreference, lambda user: ChannelPreference.objects.filter(user=user))
register_table(DigestSchedule, lambda user: DigestSchedule.objects.filter(user=user))
register_table(Device, lambda user: Device.objects.filter(user=user), secret=("keys", "address_digest"))
register_table(LogEntry, _log_entries)
register_table(OidcIdentity, lambda user: OidcIdentity.objects.filter(user=user))
register_table(PageSettings, lambda user: PageSettings.objects.filter(user=user))
for _log in (AccessAttempt, AccessFailureLog, AccessLog):
    register_table(_log, partial(_sign_ins, _log), secret=("session_hash",) if _log is AccessLog else ())
register(Source(Session._meta.db_table, _read_sessions, _erase_sessions))
_membership(User.groups.through)
_membership(User.user_permissions.through)
register_table(User, _account, secret=("password",), order=LAST)
