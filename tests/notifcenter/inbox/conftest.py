"""Somebody with a centre, and what is published to them."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.live import Socket
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
def publish(installation: Product, someone: str) -> Callable[..., str]:
    """Publishes something to them; gives its id."""

    def send(**fields: object) -> str:
        with installation.provider_api() as provider:
            body = {"kind": "message", "recipients": [someone], "text": "Hello"} | fields
            answer = provider.post("notifications/", json=body)
        assert answer.status_code in (200, 201), answer.text
        return str(answer.json()["id"])

    return send


@pytest.fixture
def fill(publish: Callable[..., str]) -> Callable[[int], list[str]]:
    """Publishes so many messages; gives their ids, the oldest first."""
    return lambda number: [publish(text=f"n{n}") for n in range(number)]


@pytest.fixture
def listed(centre: httpx.Client) -> Callable[..., list[str]]:
    """The ids that the centre lists for a query."""

    def ids(**query: str) -> list[str]:
        answer = centre.get("inbox/", params=query)
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json()["results"]]

    return ids


@pytest.fixture
def shown(centre: httpx.Client) -> Callable[[str], dict[str, Any]]:
    """An item of theirs, whatever its state."""
    return lambda pk: next(
        item for item in centre.get("inbox/?state=all&limit=200").json()["results"] if item["id"] == pk
    )


@pytest.fixture
def do(centre: httpx.Client) -> Callable[..., dict[str, Any]]:
    """Does something with items, by ids or with "all" and what goes with it; gives the answer."""

    def call(verb: str, *ids: str, **fields: object) -> dict[str, Any]:
        answer = centre.post(f"inbox/{verb}/", json=({"ids": list(ids)} if ids else {}) | fields)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    return call


@pytest.fixture
def unread(centre: httpx.Client) -> Callable[[], int]:
    """What the badge says."""
    return lambda: int(centre.get("inbox/summary/").json()["unread"])


@pytest.fixture
def page(installation: Product, someone: str) -> Iterator[Socket]:
    """An open page of theirs, which has said hello."""
    with installation.live(someone) as socket:
        socket.next("hello")
        yield socket
