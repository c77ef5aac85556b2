"""Fixtures of the tests that publish by REST."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest


@pytest.fixture
def centre(user_api: Callable[[str], httpx.Client], person: str) -> Callable[[], Any]:
    """Gives the items of the person's inbox, newest first."""
    api = user_api(person)
    return lambda: api.get("inbox/").raise_for_status().json()["results"]


@pytest.fixture
def publish(provider_api: httpx.Client, person: str) -> Callable[..., httpx.Response]:
    """Publishes to them, with fields of the test's own; a field that is None is left out."""

    def send(**fields: Any) -> httpx.Response:
        body = {"kind": "call", "recipients": [person], "text": "Hello"} | fields
        return provider_api.post("notifications/", json={k: v for k, v in body.items() if v is not None})

    return send
