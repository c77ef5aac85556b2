"""Behind PgBouncer in transaction mode: every transaction gets another server connection."""

import pytest

from tests.conftest import missing
from tests.faults.estate import ask
from tests.faults.ledger import STUCK
from tests.faults.run import estate, run, seed
from tests.faults.scenarios import BEHIND_PGBOUNCER, PREPARED
from tests.servers import knows_prepared_statements, pgbouncer_binary

NUMBER, SECONDS = 300, 30
LONGEST = "SELECT max(extract(epoch FROM finished_at - created_at)) FROM notifcenter_delivery WHERE state = 'sent'"


@pytest.fixture(params=["", PREPARED], ids=["without prepared statements", "with prepared statements"])
def hurt(request, postgres, redis_server):
    binary = pgbouncer_binary() or missing("PgBouncer")
    if request.param and not knows_prepared_statements(binary):
        pytest.skip("this PgBouncer knows no prepared statements; 1.22 does")
    chosen = seed()
    with estate(chosen, request.param) as running:
        yield running, chosen


def test_nothing_is_lost_and_nothing_takes_a_minute_when_much_fails_at_once(hurt):
    running, chosen = hurt
    verdict = run(running, BEHIND_PGBOUNCER, NUMBER, SECONDS, chosen)
    assert verdict.is_good, f"FAULTS_SEED={chosen} {verdict}"
    assert "500" not in verdict.answers
    [[longest]] = ask(running.product, LONGEST)
    assert longest < STUCK
