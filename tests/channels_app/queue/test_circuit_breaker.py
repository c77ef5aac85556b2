"""A host that is down is let alone for a while, and then asked once."""

from datetime import timedelta

import pytest

from channels_app import metrics
from channels_app.queue import circuit_breaker
from channels_app.queue.circuit_breaker import CircuitBreaker
from channels_app.queue.queue import queue_named, queues
from notifcenter.channel import Refused, TryLater

DOWN = TryLater("down", host="https://example.com")


class Clock:
    """The monotonic clock, which a test moves on."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(circuit_breaker, "time", made)
    return made


def broken(outcome=DOWN, times=5):
    """A breaker after so many failures of the host "x"."""
    breaker = CircuitBreaker()
    for _ in range(times):
        breaker.note("x", outcome)
    return breaker


def test_a_host_is_let_alone_after_five_failures_in_a_row(clock):
    assert broken(times=4).admit("x")
    assert not broken(times=5).admit("x")
    assert broken(times=5).admit("another")


def test_a_host_that_answers_anything_is_well(clock):
    breaker = broken(times=4)
    breaker.note("x", Refused("no"))
    breaker.note("x", DOWN)
    assert breaker.admit("x")


def test_after_the_pause_one_is_let_through_and_the_others_wait_for_it(clock):
    breaker = broken()
    clock.seconds += 16
    assert breaker.admit("x")
    assert not breaker.admit("x")
    breaker.note("x", None)
    assert breaker.admit("x")


def test_asking_how_long_a_host_rests_lets_nobody_through_and_holds_nobody_up(clock):
    breaker = broken()
    assert breaker.rest("x") == timedelta(seconds=15)
    clock.seconds += 16
    assert [breaker.rest("x"), breaker.rest("x")] == [timedelta(0)] * 2
    assert breaker.admit("x")


@pytest.mark.parametrize(("after", "pause"), [(1, 15), (60, 60), (86400, 300)])
def test_a_host_may_ask_for_a_longer_pause_of_five_minutes_at_most(clock, after, pause):
    assert broken(TryLater("down", after, host="x")).rest("x") == timedelta(seconds=pause)


@pytest.fixture
def fresh_queues():
    """This process makes its queues anew."""
    queues.cache_clear()
    yield
    queues.cache_clear()


def gauge() -> list[str]:
    lines = metrics.process().decode().splitlines()
    return [line.split()[-1] for line in lines if line.startswith("notifcenter_breaker_open{")]


@pytest.mark.usefixtures("fresh_queues")
def test_the_gauge_falls_back_to_0_without_any_more_traffic_and_is_forgotten_after_an_hour(clock):
    breaker = queue_named("webhook").breaker
    for _ in range(5):
        breaker.note("https://example.com", DOWN)
    assert gauge() == ["1.0"]
    clock.seconds += 16
    assert gauge() == ["0.0"]
    clock.seconds += 3600
    assert gauge() == []
