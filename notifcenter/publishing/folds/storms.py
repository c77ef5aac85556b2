"""Storms: repeats of one notification that come while an earlier one waits to be shown only rewrite and count it.

What they leave to do, the one that waits has in its row already (``folding.show_or_wait``): one statement is enough,
which keeps the locks of the notification for a moment only.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from notifcenter.database import prepared
from notifcenter.database.prepared import moment
from notifcenter.database.raw_values import as_moment, as_uuid
from notifcenter.models import Notification
from notifcenter.publishing import keys, new
from notifcenter.publishing.publication import Publication, Published

REPEATED = """
    WITH waiting AS {materialized} (
        SELECT notification_id FROM notifcenter_publicationkey
        WHERE id = %(digest)s AND due_at > %(now)s AND due_at < folds_until {locked}
    )
    UPDATE notifcenter_notification AS notification
    SET header = %(header)s, text = %(text)s, details = %(details)s, search = %(search)s, expires_at = %(expires)s,
        changed_at = %(now)s, renewed_at = %(now)s, repeats = coalesce(repeats, 1) + %(number)s
    FROM waiting
    WHERE notification.id = waiting.notification_id AND EXISTS (
        SELECT 1 FROM notifcenter_inboxitem AS item
        WHERE item.notification_id = notification.id AND item.deleted_at IS NULL AND item.done_at IS NULL
    )
    RETURNING id, created_at, repeats"""
POSTGRESQL = REPEATED.format(materialized="MATERIALIZED", locked="FOR UPDATE")
SQLITE = REPEATED.format(materialized="", locked="")


def digest_of(publications: Sequence[Publication]) -> UUID | None:
    """The fold key that these have in common, if they have nothing else; None where they differ."""
    digests = {keys.of(publication) for publication in publications}
    digest = digests.pop()
    return None if digests or digest.key else digest.fold


def fold(digest: UUID, publications: Sequence[Publication], *, now: datetime) -> list[Published]:
    """What each of these repeats came to, in order; nothing where they are not all that there is to do."""
    last, number = new.notification(publications[-1], now), len(publications)
    statement = POSTGRESQL if connection.vendor == "postgresql" else SQLITE
    for pk, created_at, repeats in prepared.rows(
        statement, _values(last, now) | {"digest": digest.hex, "number": number}
    ):
        last.id, last.created_at = as_uuid(pk), as_moment(created_at)
        before = repeats - number
        return [Published(last, "folded", len(one.people), before + nth) for nth, one in enumerate(publications, 1)]
    return []


def _values(notification: Notification, now: datetime) -> dict[str, Any]:
    return {
        "header": notification.header,
        "text": notification.text,
        "details": json.dumps(notification.details),
        "search": notification.search,
        "expires": moment(notification.expires_at),
        "now": moment(now),
    }
