"""Publishing calls with the name of who is calling: what is not known in time completes them in place."""

from collections.abc import Sequence
from datetime import datetime

from notifcenter.calls import completion, lookup
from notifcenter.publishing import publish
from notifcenter.publishing.publication import Publication, Published
from notifcenter.publishing.publish import Respond


def accept(
    publications: Sequence[Publication],
    respond: Respond = publish.no_record,
    *,
    now: datetime,
    wait: float = lookup.WAIT_SECONDS,
) -> list[Published]:
    """``publish.accept``, after up to ``wait`` seconds in which the callers may become known."""
    pending = lookup.identify(publications, wait=wait)
    published = publish.accept(publications, respond, now=now)
    stored = {one.id: each.notification.pk for one, each in zip(publications, published, strict=True)}
    completion.follow((stored[one.id], answer) for one, answer in pending)
    return published
