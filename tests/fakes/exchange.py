"""A telephone exchange as they are: it doubles its events, sends them late, out of order, or not at all."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Event = dict[str, Any]


@dataclass
class PlayedCall:
    """A call as it was, the events that were sent of it in their order, and what every desk must show in the end."""

    id: str
    desks: list[str]
    events: list[Event] = field(default_factory=list)
    state: str = ""
    duration: int | None = None
    answered_by: str | None = None

    @property
    def is_read(self) -> bool:
        """Whether it asks nobody for anything."""
        return self.state in ("answered", "ended")


class Exchange:
    """Plays calls by a seed. It knows by itself what a desk must show: the rules stand here a second time."""

    def __init__(self, seed: int, desks: Sequence[str]) -> None:
        self._chance = random.Random(seed)
        self._desks = list(desks)

    def call(self, number: int) -> PlayedCall:
        """One more call: what really happened, then what the line makes of it."""
        chance = self._chance
        desks = chance.sample(self._desks, chance.randint(1, 3))
        call = PlayedCall(f"{number}/{chance.randrange(10**6)}", desks)
        sent = self._lost_some(self._happened(call))
        sent += chance.choices(sent, k=chance.choice([0, 0, 1, 2]))
        if chance.random() < 0.4:
            chance.shuffle(sent)
        call.events = [event | {"recipients": desks} for event in sent]
        _expect(call)
        return call

    def _happened(self, call: PlayedCall) -> list[Event]:
        chance = self._chance
        caller = {"from": f"+7999{chance.randrange(10**7):07}"}
        events: list[Event] = [{"state": "ringing", "to": "101", **caller}]
        if chance.random() < 0.55:
            answerer = {"answered_by": chance.choice(call.desks)}
            events.append({"state": "answered", **caller, **answerer})
            events.append(
                {"state": "ended", **caller, "duration": chance.randint(1, 900), "link": "https://r.example/1"}
            )
        else:
            events += [{"state": "missed", **caller}, {"state": "ended", **caller}][: chance.randint(1, 2)]
        return events

    def _lost_some(self, events: list[Event]) -> list[Event]:
        kept = [event for event in events if self._chance.random() > 0.15]
        return kept or [self._chance.choice(events)]


def _expect(call: PlayedCall) -> None:
    """The contract's words on the events that were sent."""
    states = {event["state"] for event in call.events}
    talked = [event for event in call.events if event.get("duration")]
    answers = [event for event in call.events if event["state"] == "answered"]
    call.duration = talked[0]["duration"] if talked else None
    call.answered_by = answers[0]["answered_by"] if answers else None
    if "ended" in states and (talked or answers):
        call.state = "ended"
    elif "ended" in states or states == {"missed"} or states == {"ringing", "missed"}:
        call.state = "missed"
    else:
        call.state = "answered" if answers else "ringing"
