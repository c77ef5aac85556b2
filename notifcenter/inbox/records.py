"""Writing down that an inbox changed: its counters, the change that pages replay, and who is told."""

from dataclasses import dataclass

from notifcenter.inbox.replay import SHOWN_MAX
from notifcenter.models import Inbox, InboxChange
from notifcenter.signals import inbox_changed

Action = InboxChange.Action


@dataclass(frozen=True)
class Change:
    """A change of an inbox, as its live frame tells it. ``ids`` is empty where ``all`` is true."""

    user: int
    cursor: int
    unread: int
    action: str
    ids: list[str]
    all: bool


def record(inbox: Inbox, action: Action, ids: list[str], *, is_all: bool = False) -> None:
    """Raise the cursor of a locked inbox by one, save it with the number of unread items it has now, and tell pages.

    ``is_all``: nothing is left that this could be done to, for pages that are told so in place of the ids. Of more ids
    than are shown one by one only so many are kept as tell that.
    """
    inbox.revision += 1
    inbox.save(update_fields=["unread", "revision"])
    named = is_all and action != Action.CHANGED
    change = Change(inbox.user_id, inbox.revision, inbox.unread, action, [] if named else ids, named)
    InboxChange.objects.create(
        user_id=change.user,
        revision=change.cursor,
        action=action,
        ids=change.ids[: SHOWN_MAX + 1],
        all=change.all,
    )
    inbox_changed.send(Inbox, change=change)
