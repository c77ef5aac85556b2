"""Runs scenarios on an estate."""

import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.estate import Estate
from tests.faults.ledger import Ledger, Verdict
from tests.faults.scenarios import Scenario


def seed() -> int:
    """``FAULTS_SEED``, or a new one: the same seed hurts at the same places again."""
    return int(os.environ.get("FAULTS_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)


@contextmanager
def estate(seed: int, bouncer: str | None = None) -> Iterator[Estate]:
    """An estate in a temporary folder; ``FAULTS_KEEP=1`` keeps the folder with the logs."""
    root = Path(tempfile.mkdtemp(prefix="notifcenter-faults-"))
    root.chmod(0o755)
    try:
        running = Estate(root / "estate", seed, bouncer)
        yield running
        running.stop()
    finally:
        if not os.environ.get("FAULTS_KEEP"):
            shutil.rmtree(root, ignore_errors=True)


def run(estate: Estate, scenario: Scenario, number: int, seconds: float, seed: int) -> Verdict:
    """Publish that many within about so many seconds, hurt meanwhile, wait and judge."""
    ledger = Ledger(estate.product, estate.mail, number, seed, scenario.name, seconds=seconds)
    try:
        ledger.begin()
        scenario.hurt(estate, ledger, random.Random(seed))
        return ledger.settle()
    finally:
        ledger.close()
