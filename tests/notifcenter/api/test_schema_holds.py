"""Whatever fits the OpenAPI description never makes the product fail."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error

from tests.processes import PATIENCE
from tests.product import start_product

PROVIDERS = ("/notifications/", "/popups/", "/api/v2/", "/webhook")
HOSTS = ("/users/", "/providers/")


@pytest.fixture(scope="module")
def target(folders):
    """A product of its own: random callers change whatever they reach."""
    running = start_product(folders("target"))
    yield running
    running.stop()


@pytest.mark.timeout(1800)
def test_no_call_is_answered_with_a_server_error(target):
    tokens = {"provider": target.provider_token, "host": target.management_token, "person": target.user_token("anna")}
    described = schemathesis.openapi.from_url(f"{target.base_url}/api/schema/?format=json", timeout=PATIENCE)
    for found in described.get_all_operations():
        operation = found.ok()
        call_at_random(operation, {"Authorization": f"Bearer {tokens[caller(operation.path)]}"})


def call_at_random(operation, headers):
    @given(case=operation.as_strategy())
    @settings(max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def call(case):
        case.validate_response(case.call(headers=headers, timeout=PATIENCE), checks=[not_a_server_error])

    call()


def caller(path):
    if "/me/" in path:
        return "person"
    if any(part in path for part in HOSTS):
        return "host"
    return "provider" if any(part in path for part in PROVIDERS) else "person"
