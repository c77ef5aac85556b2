"""Push in a real Chromium: what the browser's own push service would do is played by DevTools and a local service."""

import json
from collections.abc import Callable, Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Worker, expect

from tests.fakes.push import Answer, PushService
from tests.processes import free_port, wait_until
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

ONLINE = "() => window[Symbol.for('notifcenter')].desk?.stands() === 'online'"
COUNT_SHOWN = """() => {
  if (self.shown === undefined) {
    self.shown = 0;
    const show = self.registration.showNotification.bind(self.registration);
    self.registration.showNotification = async (...given) => { await show(...given); self.shown += 1; };
  }
  return self.shown;
}"""


@pytest.fixture(scope="module")
def site(folders, service) -> Iterator[Product]:
    running = start_product(folders("push"), PUSH_ALLOW_INSECURE_ENDPOINTS="1")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def product(site) -> Product:
    """The only one that runs here."""
    return site


@pytest.fixture(scope="module")
def service() -> Iterator[PushService]:
    running = PushService().start()
    yield running
    assert running.problems == []
    running.stop()


@pytest.fixture
def browser_of(context_as, site, service) -> Callable[..., tuple[BrowserContext, object]]:
    """A browser with its subscription at the local push service, signed in as somebody."""

    def open_browser(username: str, on: Product = site, **options):
        context = context_as(username, on=on, **options)
        context.grant_permissions(["notifications"])
        subscription = service.subscribe()
        script = FAKE_PUSH_SERVICE.format(
            endpoint=json.dumps(subscription.endpoint), keys=json.dumps(subscription.keys)
        )
        context.add_init_script(script)
        return context, subscription

    return open_browser


def devices(site: Product, username: str) -> list[dict]:
    with site.user_api(username) as api:
        return api.get("devices/").json()["results"]


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


def deliver(context: BrowserContext, page: Page, payload: dict | str) -> None:
    """A push message, as if the browser's push service had brought it; over once it is shown.

    Chromium drops a notice that it is asked for while it is about to show it, so nobody asks meanwhile.
    """
    worker = worker_of(context)
    before = worker.evaluate(COUNT_SHOWN)
    devtools = context.new_cdp_session(page)
    registrations: list[dict] = []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda event: registrations.extend(event["registrations"]))
    devtools.send("ServiceWorker.enable")
    wait_until(lambda: page.wait_for_timeout(50) or registrations, what="a registration")
    data = payload if isinstance(payload, str) else json.dumps(payload)
    registration = next(entry for entry in registrations if not entry["isDeleted"])
    origin = registration["scopeURL"].rstrip("/")
    message = {"origin": origin, "registrationId": registration["registrationId"], "data": data}
    devtools.send("ServiceWorker.deliverPushMessage", message)
    devtools.detach()
    wait_until(lambda: worker.evaluate("self.shown") > before, what="a notice")


def notices(page: Page) -> list[dict]:
    """What stands in the system's tray."""
    return page.evaluate(
        """async () => (await (await navigator.serviceWorker.ready).getNotifications()).map((notice) => ({
             title: notice.title, body: notice.body, icon: notice.icon, tag: notice.tag,
             actions: notice.actions.map((action) => action.action) }))"""
    )


def wait_for_notices(page: Page, number: int) -> list[dict]:
    """The notices, once there are that many."""
    wait_until(lambda: len(notices(page)) == number, what=f"{number} notices")
    return notices(page)


def push_of(site: Product, service: PushService, subscription, username: str, **fields) -> dict:
    """The payload that arrives after a publication."""
    site.publish(username, **fields)
    wait_until(lambda: service.of(subscription), what="a push")
    return service.of(subscription)[-1].payload


def test_one_click_subscribes_this_browser(site, service, browser_of) -> None:
    anna = site.new_person()
    context, subscription = browser_of(anna)
    page = enable(context)
    [device] = devices(site, anna)
    assert (device["channel"], device["transport"]) == ("browser", "webpush")
    assert device["name"] == "Chrome, Linux"
    expect(page.locator(".this-device")).to_be_visible()
    assert push_of(site, service, subscription, anna, text="Hello", header="Hi")["title"] == "Hi"


def test_a_phone_is_a_mobile_device(site, browser_of) -> None:
    anna = site.new_person()
    agent = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140 Mobile Safari/537.36"
    context, _subscription = browser_of(anna, user_agent=agent, viewport={"width": 390, "height": 800})
    enable(context)
    assert [device["channel"] for device in devices(site, anna)] == ["mobile"]


def test_a_denied_permission_is_no_dead_end(site, context_as) -> None:
    context = context_as(site.new_person(), on=site)
    page = context.new_page()
    page.goto("/profile/")
    if page.evaluate("Notification.permission") != "denied":
        page.add_init_script("Object.defineProperty(Notification, 'permission', { get: () => 'denied' })")
        page.reload()
    page.click("#push-enable")
    expect(page.locator('[data-push="denied"]')).to_be_visible()


def test_the_test_button_answers_in_place(site, service, browser_of) -> None:
    anna = site.new_person()
    context, subscription = browser_of(anna)
    page = enable(context)
    page.click(".device-form button >> nth=0")
    expect(page.locator("#devices .notice.success")).to_be_visible()
    assert len(service.of(subscription)) == 1
    page.click(".device-form button >> nth=1")
    expect(page.locator(".device")).to_have_count(0)
    wait_until(lambda: devices(site, anna) == [], what="it is removed")


def test_a_device_that_was_removed_elsewhere_can_be_enabled_again(site, browser_of) -> None:
    anna = site.new_person()
    context, _subscription = browser_of(anna)
    page = enable(context)
    [device] = devices(site, anna)
    with site.user_api(anna) as phone:
        phone.delete(f"devices/{device['id']}/")
    page.reload()
    expect(page.locator("#push-disable")).to_be_hidden()
    page.click("#push-enable")
    expect(page.locator('[data-push="on"]')).to_be_visible()
    wait_until(lambda: len(devices(site, anna)) == 1, what="it is there again")


def test_what_fails_is_told(site, browser_of) -> None:
    context, _subscription = browser_of(site.new_person())
    context.add_init_script("PushManager.prototype.subscribe = async () => { throw new Error('no service') }")
    page = context.new_page()
    page.goto("/profile/")
    page.click("#push-enable")
    expect(page.locator("#push-error")).to_have_text("no service")


def test_signing_out_removes_this_browser(site, browser_of) -> None:
    anna = site.new_person()
    context, _subscription = browser_of(anna)
    page = enable(context)
    page.click('form[action="/accounts/logout/"] button')
    page.wait_for_url("**/accounts/login/**")
    wait_until(lambda: devices(site, anna) == [], what="it is removed")


def test_a_push_is_shown_and_leads_to_its_page(site, service, browser_of) -> None:
    anna = site.new_person()
    context, subscription = browser_of(anna)
    page = enable(context)
    payload = push_of(
        site,
        service,
        subscription,
        anna,
        header="Счёт",
        text="<b>Оплачен</b> &amp; закрыт",
        click_link="/inbox/?from=push",
    )
    page.reload()  # a worker leads only pages that were loaded under it
    deliver(context, page, payload)
    [notice] = wait_for_notices(page, 1)
    assert (notice["title"], notice["body"], notice["tag"]) == ("Счёт", "Оплачен & закрыт", payload["id"])
    assert notice["actions"] == ["open", "read"]
    worker_of(context).evaluate(
        """async () => { const [notification] = await registration.getNotifications();
             self.dispatchEvent(new NotificationEvent("notificationclick", { notification, action: "" })); }"""
    )
    page.wait_for_url("**/inbox/?from=push")
    wait_for_notices(page, 0)
    with site.user_api(anna) as api:
        wait_until(lambda: api.get("inbox/summary/").json()["unread"] == 0, what="read by the click")


def test_who_chose_so_gets_no_push_while_active_here(site, service, browser_of) -> None:
    anna, boris = site.new_person(), site.new_person()
    context, subscription = browser_of(anna)
    page = enable(context)
    page.wait_for_function(ONLINE)
    page.check("[name=quiet_while_active]")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator("#save-status")).to_contain_text("Сохранено")
    published = site.publish(anna, text="While here")
    with site.provider_api() as api, site.user_api(boris) as watching:

        def by_browser() -> dict:
            rows = api.get(f"notifications/{published}/deliveries/").json()["results"]
            return next(row for row in rows if row["channel"] == "browser")

        wait_until(lambda: by_browser()["state"] != "pending", what="an end")
        assert (by_browser()["state"], by_browser()["reason"]) == ("skipped", "active_here")
        page.close()
        wait_until(lambda: presence_of(watching, anna) is False, what="offline")
    assert push_of(site, service, subscription, anna, text="Gone")["body"] == "Gone"


def presence_of(api: httpx.Client, username: str) -> bool:
    """Whether they are online, as somebody else sees it."""
    me = api.get("me/").json()
    pk = next(key for key, person in me["managers"].items() if person["login"] == username)
    return api.get("presence/").json()[pk]["online"]


def test_what_is_read_elsewhere_disappears(site, service, browser_of) -> None:
    anna = site.new_person()
    context, subscription = browser_of(anna)
    page = enable(context)
    payload = push_of(site, service, subscription, anna, text="One")
    deliver(context, page, payload)
    wait_for_notices(page, 1)
    with site.user_api(anna) as phone:
        phone.post("inbox/read/", json={"ids": [payload["id"]]})
    wait_for_notices(page, 0)


def test_the_next_push_clears_what_was_read_while_no_page_was_open(site, service, browser_of) -> None:
    anna = site.new_person()
    context, subscription = browser_of(anna)
    page = enable(context)
    first = push_of(site, service, subscription, anna, text="One")
    deliver(context, page, first)
    wait_for_notices(page, 1)
    page.goto("/offline/")
    with site.user_api(anna) as phone:
        phone.post("inbox/read/", json={"ids": [first["id"]]})
    deliver(context, page, {"id": "x", "tag": "x", "title": "Two", "body": ""})
    wait_until(lambda: [notice["title"] for notice in notices(page)] == ["Two"], what="only the second")


def test_a_repeat_replaces_the_notice(site, browser_of) -> None:
    context, _subscription = browser_of(site.new_person())
    page = enable(context)
    for title in ("First", "Second"):
        deliver(context, page, {"id": "1", "tag": "1", "title": title, "body": "", "url": "/inbox/"})
    wait_until(lambda: [notice["title"] for notice in notices(page)] == ["Second"], what="the second alone")


@pytest.mark.parametrize("data", ["", "not json", "{}"])
def test_whatever_comes_something_is_shown(site, browser_of, data: str) -> None:
    context, _subscription = browser_of(site.new_person())
    page = enable(context)
    deliver(context, page, data)
    [notice] = wait_for_notices(page, 1)
    assert notice["title"] == "Новое уведомление"


def test_a_changed_subscription_is_renewed_by_the_worker(site, service, browser_of) -> None:
    anna = site.new_person()
    context, subscription = browser_of(anna)
    page = enable(context)
    fresh = service.subscribe()
    worker_of(context).evaluate(
        """(fresh) => { const event = new ExtendableEvent("pushsubscriptionchange"); event.newSubscription = fresh;
             self.dispatchEvent(event); }""",
        fresh.info,
    )
    wait_until(lambda: len(devices(site, anna)) == 2, what="the fresh subscription")
    assert {device["name"] for device in devices(site, anna)} == {"Chrome, Linux"}
    page.close()


def test_a_new_vapid_key_makes_browsers_subscribe_anew(start_product, folders, service, browser_of) -> None:
    here = {"data_dir": folders("rotated"), "PORT": str(free_port()), "PUSH_ALLOW_INSECURE_ENDPOINTS": "1"}
    site = start_product(**here)
    anna = site.new_person()
    context, subscription = browser_of(anna, on=site)
    page = enable(context)
    [before], old_key = devices(site, anna), page.evaluate("localStorage['fake-push-key']")
    site.stop()
    (site.data_dir / "vapid_private_key").unlink()
    site = start_product(**here)
    page.evaluate(
        """() => { const memory = JSON.parse(localStorage["notifcenter-push"]);
             localStorage["notifcenter-push"] = JSON.stringify({ ...memory, at: 0 }); }"""
    )
    page.goto("/")
    wait_until(lambda: [device["id"] != before["id"] for device in devices(site, anna)] == [True], what="a fresh one")
    assert page.evaluate("localStorage['fake-push-key']") != old_key
    assert push_of(site, service, subscription, anna, text="Hello", header="Hi")["title"] == "Hi"


def test_another_person_in_this_browser_gets_no_push_of_the_first(site, browser_of, context_as) -> None:
    anna, boris = site.new_person(), site.new_person()
    context, _subscription = browser_of(anna)
    page = enable(context)
    context.clear_cookies()
    page.goto("/accounts/login/")
    page.fill("[name=username]", boris)
    page.fill("[name=password]", "demo")
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    wait_until(lambda: page.evaluate("localStorage.getItem('notifcenter-push')") is None, what="forgotten")
    assert devices(site, boris) == []


def test_without_a_network_the_centre_says_so_and_comes_back(site, context_as) -> None:
    context = context_as(site.new_person(), on=site)
    page = context.new_page()
    page.goto("/inbox/")
    page.evaluate("navigator.serviceWorker.ready")
    context.set_offline(True)
    page.goto("/inbox/")
    expect(page.locator("h1")).to_have_text("Нет связи")
    context.set_offline(False)
    expect(page.locator("h1")).not_to_have_text("Нет связи")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_devices_are_accessible_in_both_themes(site, service, browser_of, scheme: str) -> None:
    context, subscription = browser_of(site.new_person(), color_scheme=scheme)
    page = enable(context)
    service.answer(subscription, Answer(403, body=b"BadJwtToken"))
    page.click(".device-form button >> nth=0")
    expect(page.locator(".device-error")).to_contain_text("BadJwtToken")
    assert Axe().run(page, context="#devices").response["violations"] == []


def test_closing_a_popup_or_its_notice_closes_both(site, service, browser_of) -> None:
    anna = site.new_person()
    context, subscription = browser_of(anna)
    page = enable(context)
    first = push_of(site, service, subscription, anna, kind="call", text="One")  # popups of calls stay
    deliver(context, page, first)
    wait_for_notices(page, 1)
    page.click("#popups_inbox .notification-inner button:first-of-type")
    wait_for_notices(page, 0)
    site.publish(anna, kind="call", text="Two")
    expect(page.locator("#popups_inbox .notification-inner")).to_have_count(1)
    wait_until(lambda: len(service.of(subscription)) == 2, what="the second push")
    deliver(context, page, service.of(subscription)[-1].payload)
    wait_for_notices(page, 1)
    worker_of(context).evaluate(
        """async () => { const [notification] = await registration.getNotifications();
             self.dispatchEvent(new NotificationEvent("notificationclose", { notification })); }"""
    )
    expect(page.locator("#popups_inbox .notification-inner")).to_have_count(0)
