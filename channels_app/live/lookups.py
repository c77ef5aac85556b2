"""What the database is asked for open pages, for many pages together."""

from collections.abc import Sequence
from typing import Any

from channels_app.live import frames, page_state
from channels_app.live.batching import BatchLoader
from channels_app.live.off_loop import Executor
from channels_app.live.presence_updates import PresenceTracker
from channels_app.live.visitor import Handshake, Person, by_session, by_tokens
from notifcenter.inbox import replay
from notifcenter.inbox.replay import Missed
from notifcenter.models import Inbox

REPLAY_LIMIT = 200
Hello = tuple[dict[str, Any], Inbox]


class Lookups:
    """One for each live server."""

    def __init__(self, executor: Executor, tracker: PresenceTracker) -> None:
        self._executor = executor
        self._tracker = tracker
        self._by_token = BatchLoader(by_tokens, executor)
        self._hello = BatchLoader(self._hellos, executor)
        self.missed = BatchLoader(missed_frames, executor)

    async def person(self, handshake: Handshake) -> Person | None:
        """Who opens the socket; None for a bad token or session."""
        if handshake.protocol:
            return await self._by_token(handshake.protocol)
        return await self._executor.run(by_session, handshake.cookie)

    async def hello(self, person: Person) -> Hello:
        """The first frame, and the state of the inbox that it shows; from then on the person counts as online."""
        await self._tracker.arrived(person.pk)
        return await self._hello(person)

    def _hellos(self, people: Sequence[Person]) -> list[Hello]:
        return page_state.hellos(people, frozenset(self._tracker.present))


def missed_frames(pages: Sequence[tuple[Person, int]]) -> list[tuple[list[str], int]]:
    """For each person and cursor the frames since then, or one ``reset``, and the cursor they lead to."""
    missed = replay.since([(person.pk, cursor) for person, cursor in pages], REPLAY_LIMIT)
    return [_as_frames(each, person) for each, (person, _cursor) in zip(missed, pages, strict=True)]


def _as_frames(missed: Missed, person: Person) -> tuple[list[str], int]:
    head = missed.latest
    if missed.too_many:
        return [frames.encode(frames.latest("reset", head))], head.revision
    return [frames.encode(frames.of_entry(entry, head.unread, person)) for entry in missed.entries], head.revision
