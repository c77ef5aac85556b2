"""What is pushed to a browser, and what stands in its tray."""

import json
from typing import Any

from playwright.sync_api import BrowserContext, Page, Worker, expect

from tests.fakes.push import PushService, Subscription
from tests.processes import wait_until
from tests.product import Product

COUNT_SHOWN = """() => {
  if (self.shown === undefined) {
    self.shown = 0;
    const show = self.registration.showNotification.bind(self.registration);
    self.registration.showNotification = async (...given) => { await show(...given); self.shown += 1; };
  }
  return self.shown;
}"""


def devices(site: Product, username: str) -> list[dict[str, Any]]:
    """Where somebody is to be reached."""
    with site.user_api(username) as api:
        return list(api.get("devices/").json()["results"])


def enable(context: BrowserContext) -> Page:
    """The profile page after push was enabled there."""
    page = context.new_page()
    page.goto("/profile/")
    page.click("#push-enable")
    expect(page.locator('[data-push="on"]')).to_be_visible()
    return page


def worker_of(context: BrowserContext) -> Worker:
    """The running push worker."""
    wait_until(lambda: context.service_workers, what="the service worker")
    return context.service_workers[0]


def deliver(context: BrowserContext, page: Page, payload: dict[str, Any] | str) -> None:
    """A push message, as if the browser's push service had brought it; over once it is shown.

    Chromium drops a notice that it is asked for while it is about to show it, so nobody asks meanwhile.
    """
    worker = worker_of(context)
    before = worker.evaluate(COUNT_SHOWN)
    devtools = context.new_cdp_session(page)
    registrations: list[dict[str, Any]] = []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda event: registrations.extend(event["registrations"]))
    devtools.send("ServiceWorker.enable")
    wait_until(lambda: page.wait_for_timeout(50) or registrations, what="a registration")  # type: ignore[func-returns-value]
    data = payload if isinstance(payload, str) else json.dumps(payload)
    registration = next(entry for entry in registrations if not entry["isDeleted"])
    origin = registration["scopeURL"].rstrip("/")
    message = {"origin": origin, "registrationId": registration["registrationId"], "data": data}
    devtools.send("ServiceWorker.deliverPushMessage", message)
    devtools.detach()
    wait_until(lambda: worker.evaluate("self.shown") > before, what="a notice")


def notices(page: Page) -> list[dict[str, Any]]:
    """What stands in the system's tray."""
    found: list[dict[str, Any]] = page.evaluate(
        """async () => (await (await navigator.serviceWorker.ready).getNotifications()).map((notice) => ({
             title: notice.title, body: notice.body, icon: notice.icon, tag: notice.tag,
             actions: notice.actions.map((action) => action.action) }))"""
    )
    return found


def wait_for_notices(page: Page, number: int) -> list[dict[str, Any]]:
    """The notices, once there are that many."""
    wait_until(lambda: len(notices(page)) == number, what=f"{number} notices")
    return notices(page)


def push_of(
    site: Product, service: PushService, subscription: Subscription, username: str, **fields: Any
) -> dict[str, Any]:
    """The payload that arrives after a publication."""
    site.publish(username, **fields)
    wait_until(lambda: service.of(subscription), what="a push")
    return service.of(subscription)[-1].payload
