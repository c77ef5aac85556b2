"""The state machine of a call: whatever the order of its events, doubled or late, they leave the same call.

Pure: it knows neither database nor clock.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from notifcenter.models import CallState
from notifcenter.models.call_state import OVER

RANKS = {state: rank for rank, state in enumerate(CallState)}

Fields = Mapping[str, tuple[int, Any]]


@dataclass(frozen=True)
class CallProgress:
    """What the events of a call told so far: the furthest state, and each field with the rank of its event's state."""

    furthest: CallState
    fields: Fields = field(default_factory=dict)

    @property
    def state(self) -> CallState:
        """The furthest, but that a call which ended and was talked on by nobody counts as missed."""
        has_ended = self.furthest == CallState.ENDED
        return CallState.MISSED if has_ended and not self._was_answered else self.furthest

    @property
    def is_read(self) -> bool:
        """Whether it asks nobody for anything."""
        return self.state in OVER

    @property
    def content(self) -> dict[str, Any]:
        """The fields by name."""
        return {name: value for name, (_rank, value) in self.fields.items()}

    @property
    def _was_answered(self) -> bool:
        content = self.content
        return bool(content.get("answered") or content.get("answered_by") or content.get("duration"))


def after(progress: CallProgress | None, state: CallState, fields: Mapping[str, Any]) -> CallProgress:
    """The call after one more event, which carries ``fields``; None: it is the first."""
    known = progress or CallProgress(state)
    carried = dict(fields) | ({"answered": True} if state == CallState.ANSWERED else {})
    merged = dict(known.fields)
    for name, value in carried.items():
        candidate = (RANKS[state], value)
        merged[name] = max(merged.get(name, candidate), candidate, key=_precedence)
    return CallProgress(max(known.furthest, state, key=RANKS.__getitem__), merged)


def _precedence(carried: tuple[int, Any]) -> tuple[int, int, str]:
    """The furthest state wins; of two events of one state the greater value, so that their order does not matter."""
    rank, value = carried
    written = json.dumps(value, sort_keys=True)
    return rank, len(written), written
