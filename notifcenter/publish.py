"""Publishing: store once, put into every centre, announce; one transaction, or nothing."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from uuid6 import uuid7

from notifcenter import crash, fanout, placing, trail
from notifcenter.content import safe_html
from notifcenter.models import Notification, Provider
from notifcenter.placing import Said

logger = logging.getLogger(__name__)
AT_ONCE = 5000


@dataclass(frozen=True)
class Publication:
    """What a provider says: content already checked, and the people ({id: whether the master switch is on})."""

    provider: Provider
    kind: str
    text: str
    people: dict[int, bool]
    header: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def publish(publications: Sequence[Publication], *, now: datetime) -> list[Notification]:
    """Store all of them or none, in order.

    Up to ``AT_ONCE`` arrivals are placed in the same transaction; of more, the workers place what it keeps.
    """
    said = [(_notification(publication, now), list(publication.people)) for publication in publications]
    notifications = [notification for notification, _people in said]
    with transaction.atomic(savepoint=False):
        transaction.on_commit(partial(crash.at, "publish.after_commit"))
        if sum(len(people) for _notification, people in said) > AT_ONCE:
            fanout.keep(said, now=now)
        else:
            everybody = {user: on for publication in publications for user, on in publication.people.items()}
            placing.place(notifications, said, everybody, now=now)
        crash.at("publish.before_commit")
    _tell(said)
    return notifications


def _notification(publication: Publication, now: datetime) -> Notification:
    return Notification(
        id=uuid7(),
        provider=publication.provider,
        kind=publication.kind,
        header=publication.header,
        text=safe_html(publication.text),
        details=publication.details,
        request_id=trail.current(),
        created_at=now,
    )


def _tell(said: Said) -> None:
    if logger.isEnabledFor(logging.INFO):
        for notification, people in said:
            facts = {"notification": str(notification.id), "provider": notification.provider.code}
            logger.info("published for %s", len(people), extra=facts)
