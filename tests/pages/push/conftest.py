"""A product with a local push service, and browsers that are subscribed there."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.fakes.push import PushService, Subscription
from tests.product import Product, start_product

FAKE_PUSH_SERVICE = """
(() => {{
  const make = (key) => ({{
    endpoint: {endpoint},
    options: {{ applicationServerKey: key.buffer ?? key }},
    toJSON: () => ({{ endpoint: {endpoint}, expirationTime: null, keys: {keys} }}),
    unsubscribe: async () => {{ current = null; localStorage.removeItem("fake-push-key"); return true; }},
  }});
  const kept = location.protocol === "about:" ? null : localStorage.getItem("fake-push-key");
  let current = kept && make(Uint8Array.from(JSON.parse(kept)));
  PushManager.prototype.getSubscription = async () => current;
  PushManager.prototype.subscribe = async ({{ userVisibleOnly, applicationServerKey }}) => {{
    if (!userVisibleOnly) throw new Error("userVisibleOnly is a must");
    current = make(applicationServerKey);
    localStorage.setItem("fake-push-key", JSON.stringify([...applicationServerKey]));
    return current;
  }};
}})();
"""
"""Chromium subscribes at Google's servers, which tests do without."""


@pytest.fixture(scope="package")
def site(folders: Callable[[str], Path], service: PushService) -> Iterator[Product]:
    """It takes a push service on this machine for a real one."""
    running = start_product(folders("push"), PUSH_ALLOW_INSECURE_ENDPOINTS="1")
    yield running
    running.stop()


@pytest.fixture(scope="package")
def product(site: Product) -> Product:
    """The only one that runs here."""
    return site


@pytest.fixture(scope="package")
def service() -> Iterator[PushService]:
    """It must find nothing wrong with what comes."""
    running = PushService().start()
    yield running
    assert running.problems == []
    running.stop()


@pytest.fixture
def browser_of(
    context_as: Callable[..., BrowserContext], site: Product, service: PushService
) -> Callable[..., tuple[BrowserContext, Subscription]]:
    """A browser with its subscription at the local push service, signed in as somebody."""

    def open_browser(username: str, on: Product = site, **options: Any) -> tuple[BrowserContext, Subscription]:
        context = context_as(username, on=on, **options)
        context.grant_permissions(["notifications"])
        subscription = service.subscribe()
        script = FAKE_PUSH_SERVICE.format(
            endpoint=json.dumps(subscription.endpoint), keys=json.dumps(subscription.keys)
        )
        context.add_init_script(script)
        return context, subscription

    return open_browser
