"""What the tests of the live socket share."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.product import Product


@pytest.fixture
def someone(installation: Product) -> str:
    """The username of somebody with an empty centre."""
    return installation.new_person()


@pytest.fixture
def centre(installation: Product, someone: str) -> Iterator[httpx.Client]:
    """Their REST API."""
    with installation.user_api(someone) as client:
        yield client


@pytest.fixture
def fill(installation: Product, someone: str) -> Callable[..., list[str]]:
    """Publishes that many to them by one call; gives the ids."""

    def publish(number: int, text: str = "n") -> list[str]:
        batch = [{"kind": "message", "recipients": [someone], "text": f"{text}{i}"} for i in range(number)]
        with installation.provider_api() as provider:
            answer = provider.post("notifications/batch/", json=batch)
        assert answer.status_code == 201, answer.text
        return list(answer.json())

    return publish
