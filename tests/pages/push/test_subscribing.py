"""A browser is subscribed, forgotten and subscribed anew."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.fakes.push import Answer
from tests.pages.push.tray import devices, enable, push_of, worker_of
from tests.processes import free_port, wait_until

AN_HOUR_LATER = """() => { const memory = JSON.parse(localStorage["notifcenter-push"]);
    localStorage["notifcenter-push"] = JSON.stringify({ ...memory, at: 0 }); }"""
"""What the browser remembers is so old that it looks after its device again."""


def test_one_click_subscribes_this_browser(site, service, browser_of) -> None:
    anna = site.new_person()
    context, subscription = browser_of(anna)
    page = enable(context)
    gaps = page.locator("#matrix thead .nc-gap")
    expect(gaps.filter(visible=True)).to_have_count(1)
    expect(gaps.filter(visible=True)).to_have_attribute("data-nc-needs", "mobile")
    [device] = devices(site, anna)
    assert (device["channel"], device["transport"]) == ("browser", "webpush")
    assert device["name"] == "Chrome, Linux"
    expect(page.locator(".nc-this-device")).to_be_visible()
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
    page.click(".nc-device-form button >> nth=0")
    expect(page.locator("#devices .nc-notice.nc-success")).to_be_visible()
    assert len(service.of(subscription)) == 1
    page.click(".nc-device-form button >> nth=1")
    expect(page.locator(".nc-device")).to_have_count(0)
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
    page.evaluate(AN_HOUR_LATER)
    page.goto("/sandbox/")
    wait_until(lambda: [device["id"] != before["id"] for device in devices(site, anna)] == [True], what="a fresh one")
    assert page.evaluate("localStorage['fake-push-key']") != old_key
    assert push_of(site, service, subscription, anna, text="Hello", header="Hi")["title"] == "Hi"


def test_a_device_that_its_service_refuses_is_subscribed_anew_when_its_browser_comes_by(
    site, service, browser_of
) -> None:
    anna = site.new_person()
    context, subscription = browser_of(anna)
    page = enable(context)
    service.answer(subscription, *[Answer(403)] * 3)
    for _ in range(3):
        site.publish(anna)
    wait_until(lambda: [device["active"] for device in devices(site, anna)] == [False], what="inactive")
    page.evaluate(AN_HOUR_LATER)
    page.goto("/sandbox/")
    wait_until(lambda: [device["active"] for device in devices(site, anna)] == [True], what="active again")
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_devices_are_accessible_in_both_themes(site, service, browser_of, scheme: str) -> None:
    context, subscription = browser_of(site.new_person(), color_scheme=scheme)
    page = enable(context)
    service.answer(subscription, Answer(403, body=b"BadJwtToken"))
    page.click(".nc-device-form button >> nth=0")
    expect(page.locator(".nc-device-error")).to_have_text("Служба push-уведомлений не приняла последнее уведомление.")
    assert Axe().run(page, context="#devices").response["violations"] == []
