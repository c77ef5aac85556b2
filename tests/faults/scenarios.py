"""The faults: each hurts the estate while the ledger publishes, and returns once it is over."""

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.faults.estate import Estate
from tests.faults.ledger import Ledger
from tests.faults.mailserver import GOOD, Mood
from tests.processes import wait_until

Fault = Callable[[Estate, Ledger, random.Random], None]
OUTAGE = 3
SENDERS = os.cpu_count() or 1
"""Processes of a worker, each of which may have one mail in hand."""


@dataclass(frozen=True)
class Scenario:
    """A fault by its name."""

    name: str
    hurt: Fault


def kills(estate: Estate, ledger: Ledger, chance: random.Random) -> None:
    """``kill -9`` of web, live, workers and schedulers, one after another, at random moments."""
    victims = ["web", "worker", "beat", "live", "worker 2", "beat 2", "web", "worker"]
    chance.shuffle(victims)
    for place, victim in enumerate(victims):
        ledger.wait_for((place + chance.random()) / len(victims))
        estate.kill(victim)
        ledger.killed += SENDERS if victim.startswith("worker") else 0
        estate.restart(victim)
    ledger.wait_for(1)


def redis(estate: Estate, ledger: Ledger, chance: random.Random) -> None:
    """Redis stopped, started empty, flushed, hung, awake again, restarted."""
    ledger.wait_for(0.2)
    estate.redis.stop()
    ledger.wait_for(0.4)
    estate.redis.start()
    ledger.wait_for(0.5)
    estate.redis.client.flushall()
    ledger.wait_for(0.6)
    estate.redis.process.signal(signal.SIGSTOP)
    ledger.wait_for(0.8)
    estate.redis.process.signal(signal.SIGCONT)
    ledger.wait_for(0.9)
    estate.redis.stop()
    estate.redis.start()
    ledger.wait_for(1)


def postgres(estate: Estate, ledger: Ledger, chance: random.Random) -> None:
    """PostgreSQL away for seconds, then restarted at once."""
    ledger.wait_for(chance.uniform(0.2, 0.4))
    estate.postgres.stop()
    time.sleep(OUTAGE)
    estate.postgres.start()
    ledger.wait_for(chance.uniform(0.6, 0.8))
    estate.postgres.stop()
    estate.postgres.start()
    ledger.wait_for(1)


def mail_down(estate: Estate, ledger: Ledger, chance: random.Random) -> None:
    """No mail server for the whole run."""
    estate.mail.stop()
    ledger.wait_for(1)
    time.sleep(OUTAGE)
    estate.mail.start()


def mail_moods(estate: Estate, ledger: Ledger, chance: random.Random) -> None:
    """The mail server puts off, refuses, and breaks off in the middle of messages."""
    moods = [Mood("451 4.3.0 Later"), Mood("421 4.3.2 Closing"), Mood(drops_inside=0.3), Mood("550 5.1.1 Unknown")]
    for place, mood in enumerate(moods):
        seen, estate.mail.mood = estate.mail.attempts, mood
        ledger.wait_for((place + 1) / len(moods))
        if not mood.drops_inside:
            wait_until(partial(_tried_since, estate, seen), 120, "an attempt in that mood")
        estate.mail.mood = GOOD


def _tried_since(estate: Estate, seen: int) -> bool:
    return estate.mail.attempts > seen


def mail_slow(estate: Estate, ledger: Ledger, chance: random.Random) -> None:
    """The mail server takes 30 s for each message."""
    estate.mail.mood = Mood(delay=30)
    ledger.wait_for(1)
    wait_until(lambda: estate.mail.received, 180, "a slow mail")
    estate.mail.mood = GOOD
    time.sleep(30)


def drops_after(estate: Estate, ledger: Ledger, chance: random.Random) -> None:
    """The mail server takes one message and breaks off before it says so: nobody can know, so a repeat is right."""
    ledger.wait_for(0.5)
    estate.mail.mood = Mood(drops_after=1)
    wait_until(lambda: estate.mail.dropped_after, 120, "a broken answer")
    ledger.wait_for(1)


def frozen_worker(estate: Estate, ledger: Ledger, chance: random.Random) -> None:
    """A worker sleeps for longer than its lease and wakes up as a zombie."""
    ledger.wait_for(0.3)
    worker = estate.product.processes[2]
    worker.signal(signal.SIGSTOP)
    ledger.wait_for(1)
    time.sleep(40)
    worker.signal(signal.SIGCONT)


def much_at_once(estate: Estate, ledger: Ledger, chance: random.Random) -> None:
    """Redis away, PostgreSQL restarted, and workers killed five times."""
    estate.redis.stop()
    for place in range(5):
        ledger.wait_for((place + chance.random()) / 5)
        victim = ("worker", "worker 2")[place % 2]
        estate.kill(victim)
        ledger.killed += SENDERS
        estate.restart(victim)
        if place == 2:
            estate.postgres.stop()
            time.sleep(OUTAGE)
            estate.postgres.start()
    ledger.wait_for(1)
    estate.redis.start()


BEHIND_PGBOUNCER = Scenario("PgBouncer; five workers killed, Redis away, PostgreSQL restarted", much_at_once)
PREPARED = "?prepare_threshold=5"
"""Ends a DATABASE_URL that leads through a PgBouncer which knows prepared statements."""

SCENARIOS = (
    Scenario("kill -9 of web, live, workers, schedulers", kills),
    Scenario("Redis stopped, flushed, hung, restarted", redis),
    Scenario("PostgreSQL down, restarted", postgres),
    Scenario("mail server down for the whole run", mail_down),
    Scenario("mail server answers 4xx, 421, 5xx, breaks off", mail_moods),
    Scenario("mail server breaks off after taking one message", drops_after),
    Scenario("mail server slow (30 s a message)", mail_slow),
    Scenario("worker frozen for 40 s", frozen_worker),
)
