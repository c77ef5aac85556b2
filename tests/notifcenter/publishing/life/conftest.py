"""What the tests of notifications that change share: a person, their open page, and what they are sent."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.live import Socket
from tests.product import Product


@pytest.fixture
def someone(installation: Product) -> str:
    """The username of somebody with an empty centre and an address of their own."""
    username = installation.new_person()
    with installation.host_api() as host:
        host.put(f"users/{username}/", json={"email": f"{username}@example.com"}).raise_for_status()
    return username


@pytest.fixture
def provider(installation: Product) -> Iterator[httpx.Client]:
    """A caller with a provider's token."""
    with installation.provider_api() as client:
        yield client


@pytest.fixture
def centre(installation: Product, someone: str) -> Iterator[httpx.Client]:
    """Their REST API."""
    with installation.user_api(someone) as client:
        yield client


@pytest.fixture
def page(installation: Product, someone: str) -> Iterator[Socket]:
    """An open page of theirs, which has said hello."""
    with installation.live(someone) as socket:
        socket.next("hello")
        yield socket


@pytest.fixture
def send(provider: httpx.Client, someone: str) -> Callable[..., httpx.Response]:
    """Publishes a message to them with these fields; gives the answer."""

    def publish(text: str = "Hello", **fields: Any) -> httpx.Response:
        body = {"kind": "message", "recipients": [someone], "text": text} | fields
        return provider.post("notifications/", json={name: value for name, value in body.items() if value is not None})

    return publish


@pytest.fixture
def items(centre: httpx.Client) -> Callable[[], list[dict[str, Any]]]:
    """What is in their inbox, newest first."""
    return lambda: list(centre.get("inbox/").json()["results"])
