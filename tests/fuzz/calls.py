"""Random calls of every operation, by schemathesis."""

from collections.abc import Iterator
from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import content_type_conformance, not_a_server_error, status_code_conformance

from tests.processes import PATIENCE
from tests.product import Product

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


def tokens(product: Product) -> dict[str, str]:
    """A token of each kind, and none."""
    return {
        "provider": product.provider_token,
        "host": product.management_token,
        "user": product.user_token("anna"),
        "nobody": "",
    }


def operations(product: Product) -> list[Any]:
    """Every operation that the product describes."""
    address = f"{product.base_url}/api/schema/?format=json"
    described = schemathesis.openapi.from_url(address, timeout=PATIENCE)
    found: Any = described.get_all_operations()
    return [operation.ok() for operation in found]


def fuzz(operation: Any, token: str, number: int, chosen_seed: int) -> Iterator[BaseException]:
    """Make ``number`` random calls of an operation; gives what was wrong with an answer, in its smallest form."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    for mode in MODES:
        try:
            _call_at_random(operation, mode, headers, max(1, number // len(MODES)), chosen_seed)
        except (Exception, BaseExceptionGroup) as error:
            yield error


def _call_at_random(operation: Any, mode: GenerationMode, headers: dict[str, str], number: int, chosen: int) -> None:
    @seed(chosen)
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=number, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def call(case: Any) -> None:
        case.validate_response(case.call(headers=headers, timeout=PATIENCE), checks=CHECKS)

    call()
