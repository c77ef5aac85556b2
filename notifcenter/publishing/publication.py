"""A publication: what a publisher sends, checked, and what became of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from uuid6 import uuid7

from notifcenter import request_id
from notifcenter.models import Notification, Provider
from notifcenter.publishing.recipients import Named

Outcome = Literal["new", "updated", "folded"]


@dataclass(frozen=True)
class Publication:
    """Validated content and its recipients ({user id: whether the master switch is on}).

    ``named``: the recipients as they were written (None: they were left out, or nobody wrote them). ``owner``: the user
    to whom ``key`` and ``fold_key`` belong (0: the provider). ``fold_key``: None lets errors fold by header and text,
    False lets nothing fold.
    """

    provider: Provider
    kind: str
    text: str
    people: dict[int, bool]
    header: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    id: UUID = field(default_factory=uuid7)
    named: Named | None = None
    owner: int = 0
    key: str = ""
    renew: bool = False
    fold_key: str | Literal[False] | None = None
    send_at: datetime | None = None
    expires_at: datetime | None = None
    request_id: str = field(default_factory=request_id.current)


@dataclass(frozen=True)
class Published:
    """What a publication came to: the notification it made or changed, for how many people it is, how often it has
    been published where it folded, and whether it waits for its time."""

    notification: Notification
    outcome: Outcome
    recipients: int
    repeats: int = 1
    scheduled: bool = False


class Mistake(Exception):
    """A publication cannot be taken as things stand: ``index`` in the call, the field, what is wrong, and its code."""

    def __init__(self, index: int, field: str, why: str, code: str = "invalid") -> None:
        super().__init__(why)
        self.index, self.field, self.code = index, field, code
