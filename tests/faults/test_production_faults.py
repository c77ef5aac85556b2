"""The faults on the production shape, at a small size; ``make faults`` runs them all at full size."""

import random
import time

import pytest

from tests.faults.crowd import Crowd
from tests.faults.run import estate, run, seed
from tests.faults.scenarios import SCENARIOS

NUMBER = 100
SECONDS = 8


@pytest.fixture(scope="module")
def hurt(postgres, redis_server):
    """The estate that all of them hurt; a machine without PostgreSQL or Redis skips them."""
    chosen = seed()
    print(f"FAULTS_SEED={chosen}")  # noqa: T201
    with estate(chosen) as running:
        yield running, chosen


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_nothing_accepted_is_lost_through(hurt, scenario):
    running, chosen = hurt
    verdict = run(running, scenario, NUMBER, SECONDS, chosen)
    assert verdict.is_good, f"FAULTS_SEED={chosen} {verdict}"
    assert "500" not in verdict.answers


def test_workers_that_are_killed_during_a_broadcast_leave_nobody_out_and_tell_nobody_twice(hurt):
    running, chosen = hurt
    crowd, chance = Crowd(running.product, 30_000), random.Random(chosen)
    crowd.tell()
    for worker in ["worker", "worker 2"] * 2:
        time.sleep(chance.uniform(0.1, 0.5))
        running.kill(worker)
        running.restart(worker)
    crowd.hears_it_once()
