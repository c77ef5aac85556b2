"""What became of notifications while their deliveries are in a worker's hands."""

import time
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from notifcenter.models import Notification

FRESH_SECONDS = 0.05


class Version(NamedTuple):
    """The last change of a notification's content, and when it was withdrawn."""

    changed_at: datetime | None
    withdrawn_at: datetime | None


class Versions:
    """The versions of a batch's notifications, read again at most every ``FRESH_SECONDS``.

    So a batch that goes out fast asks the database a few times, and before each of those that take long.
    """

    def __init__(self, notifications: Collection[UUID]) -> None:
        self._notifications = notifications
        self._versions: dict[UUID, Version] = {}
        self._read_at = float("-inf")

    def of(self, notification: UUID) -> Version | None:
        """The version of one of them; None where it is gone."""
        if time.monotonic() - self._read_at > FRESH_SECONDS:
            self._read_at = time.monotonic()
            rows = Notification.objects.filter(pk__any_of=list(self._notifications))
            columns = rows.values_list("pk", "changed_at", "withdrawn_at")
            self._versions = {pk: Version(changed_at, withdrawn_at) for pk, changed_at, withdrawn_at in columns}
        return self._versions.get(notification)
