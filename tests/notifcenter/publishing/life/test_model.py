"""Whatever is done in whatever order: the API, the page and a dictionary agree."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.notifcenter.publishing.life.model import Inbox

LIMITS = settings(
    max_examples=6,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
"""Without shrinking: against a running product it takes longer than to read the steps."""


def test_api_page_and_model_agree_whatever_is_done(installation):
    machine = type("InboxHere", (Inbox,), {"installation": installation})
    run_state_machine_as_test(machine, settings=LIMITS)
    assert installation.manage("audit") == ""
