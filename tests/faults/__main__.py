"""``python -m tests.faults [number] [part of a name]``: every fault at full size, and the report as a table."""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from tests.faults.ledger import HEADING
from tests.faults.run import estate, run, seed
from tests.faults.scenarios import BEHIND_PGBOUNCER, PREPARED, SCENARIOS, Scenario
from tests.servers import knows_prepared_statements, pgbouncer_binary

FULL = 1000
PER_SECOND = 25


def main(number: int, wanted: str) -> int:
    """Run them one after another; 1 where anything was lost."""
    chosen_seed, good = seed(), True
    print(f"{datetime.now(UTC):%Y-%m-%d}, seed {chosen_seed}, {os.cpu_count()} cores\n\n{HEADING}", flush=True)  # noqa: T201
    for bouncer, scenarios in _plan(wanted):
        with estate(chosen_seed, bouncer) as running:
            for scenario in scenarios:
                verdict = run(running, scenario, number, number / PER_SECOND, chosen_seed)
                print(verdict.line, flush=True)  # noqa: T201
                details = f"  {dict(verdict.answers)} {verdict.lost[:5]} {verdict.breaches[:5]}"
                print(details, file=sys.stderr, flush=True)  # noqa: T201
                good = good and verdict.is_good
    return 0 if good else 1


def _plan(wanted: str) -> Iterator[tuple[str | None, list[Scenario]]]:
    """The estates, by what ends a DATABASE_URL that leads through PgBouncer, and what hurts each."""
    plan: list[tuple[str | None, tuple[Scenario, ...]]] = [(None, SCENARIOS)]
    binary = pgbouncer_binary()
    if binary:
        plan.append(("", (BEHIND_PGBOUNCER,)))
    if binary and knows_prepared_statements(binary):
        plan.append((PREPARED, (BEHIND_PGBOUNCER,)))
    for bouncer, scenarios in plan:
        if chosen := [scenario for scenario in scenarios if wanted in scenario.name]:
            yield bouncer, chosen


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    names = [word for word in sys.argv[1:] if not word.isdigit()]
    sys.exit(main(numbers[0] if numbers else FULL, names[0] if names else ""))
