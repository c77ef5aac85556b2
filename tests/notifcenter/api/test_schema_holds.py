"""A sample of ``make fuzz``: whatever is sent, no server error and no status that OpenAPI does not name."""

import pytest

from tests.fuzz.calls import fuzz, operations, tokens
from tests.product import start_product

SAMPLE = 8


@pytest.fixture(scope="module")
def target(folders):
    """A product of its own: random callers change whatever they reach."""
    running = start_product(folders("target"))
    yield running
    running.stop()


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", ["provider", "host", "user", "nobody"])
def test_no_call_is_answered_with_a_server_error_or_an_undocumented_status(target, kind):
    token = tokens(target)[kind]
    wrong = [error for operation in operations(target) for error in fuzz(operation, token, SAMPLE, chosen_seed=0)]
    assert not wrong, "\n\n".join(map(str, wrong))
