"""The state machine of a call, over every order of its events."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifcenter.calls.state import CallProgress, after
from notifcenter.models import CallState

FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "from": st.sampled_from(["+79991234567", "+79990000000"]),
        "text": st.sampled_from(["One", "Two", "Three"]),
        "answered_by": st.integers(1, 3),
        "duration": st.integers(0, 100),
        "link": st.just("https://records.example/1.mp3"),
    },
)
EVENTS = st.lists(st.tuples(st.sampled_from(CallState), FIELDS), min_size=1, max_size=8)


def played(events) -> CallProgress:
    progress = None
    for state, fields in events:
        progress = after(progress, state, fields)
    assert progress is not None
    return progress


@given(EVENTS, st.randoms(use_true_random=False))
def test_events_doubled_and_in_any_order_leave_the_same_call(events, chance: random.Random) -> None:
    shuffled = [*events, *chance.choices(events, k=chance.randrange(4))]
    chance.shuffle(shuffled)
    assert played(shuffled) == played(events)
    assert played(shuffled).is_read == played(events).is_read


@given(EVENTS)
def test_the_state_is_the_furthest_of_any_event(events) -> None:
    states = [state for state, _fields in events]
    for state in (CallState.ENDED, CallState.ANSWERED, CallState.MISSED, CallState.RINGING):
        if state in states:
            assert played(events).furthest == state
            break


@given(EVENTS)
def test_a_field_comes_from_the_furthest_event_that_carries_it(events) -> None:
    ranks = list(CallState)
    for name, value in played(events).content.items():
        carrying = [(ranks.index(state), fields[name]) for state, fields in events if name in fields]
        if carrying:
            furthest = max(rank for rank, _value in carrying)
            assert value in [each for rank, each in carrying if rank == furthest]


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ([("ended", {})], "missed"),
        ([("ended", {"duration": 0})], "missed"),
        ([("ended", {"duration": 5})], "ended"),
        ([("ended", {"answered_by": 7})], "ended"),
        ([("ended", {}), ("answered", {})], "ended"),
        ([("ringing", {}), ("missed", {}), ("answered", {})], "answered"),
        ([("answered", {}), ("missed", {}), ("ringing", {})], "answered"),
    ],
)
def test_an_end_that_nobody_answered_is_a_missed_call(events, state) -> None:
    progress = played([(CallState(name), fields) for name, fields in events])
    assert progress.state == state
    assert progress.is_read == (state in ("answered", "ended"))
