"""One call, watched by four browsers and a push service."""

import re
import time
import uuid

import pytest
from playwright.sync_api import expect

from tests.fakes.push import PushService
from tests.pages.connection import ONLINE
from tests.processes import wait_until

POPUP = "#popups_inbox .notification__item.notification-inner"
FROM = "+79991234567"
CLOSED_WITHIN = 3.0
"""Seconds; one on a machine that has time."""
NOTE_CLOSING = """() => new MutationObserver(() => {
  if (!document.querySelector("#popups_inbox .nc-call")) window.closedAt ??= Date.now() / 1000;
}).observe(document.querySelector("#popups_inbox"), { childList: true, subtree: true })"""


@pytest.fixture(scope="module")
def service():
    running = PushService().start()
    yield running
    running.stop()
    assert running.problems == []


@pytest.fixture
def site(service, start_product):
    return start_product(PUSH_ALLOW_INSECURE_ENDPOINTS="1")


@pytest.fixture
def desks(site, context_as):
    """Four people, each in a browser of their own at their centre; the last one's is narrow and dark."""
    pages = {}
    for number in range(4):
        person = site.new_person(first_name=f"Desk {number}", last_name="")
        traits = {"color_scheme": "dark", "viewport": {"width": 390, "height": 800}} if number == 3 else {}
        page = context_as(person, on=site, **traits).new_page()
        page.goto("/inbox/")
        wait_until(lambda page=page: page.evaluate(ONLINE), what="online")
        pages[person] = page
    return pages


@pytest.fixture
def call(site, desks):
    """Sends an event of one call."""
    address = f"calls/{uuid.uuid4()}/"
    with site.provider_api() as api:

        def send(state, **fields):
            body = {"state": state, "recipients": list(desks), "from": FROM} | fields
            return api.put(address, json=body).raise_for_status().json()["id"]

        yield send


def test_four_browsers_and_a_push_service_watch_one_call(site, service, desks, call) -> None:
    anna, boris, *_others = desks
    subscription = service.subscribe()
    device = {"channel": "browser", "transport": "webpush", "subscription": subscription.info, "name": "A browser"}
    with site.user_api(boris) as api:
        api.post("devices/", json=device).raise_for_status()
    call("ringing")
    for page in desks.values():
        expect(page.locator(POPUP).locator(".nc-number")).to_have_text("+7 999 123-45-67")
    wait_until(lambda: service.of(subscription), what="the ring on a device")
    others = [page for person, page in desks.items() if person != anna]
    for page in others:
        page.evaluate(NOTE_CLOSING)
    call("answered", answered_by=anna)
    answered_at = time.time()
    for page in others:
        expect(page.locator("#popups_inbox")).to_contain_text("Трубку снял(а): Desk 0")
    for page in others:
        expect(page.locator(POPUP)).to_have_count(0)
        assert page.evaluate("window.closedAt") - answered_at < CLOSED_WITHIN
    expect(desks[anna].locator(POPUP)).to_contain_text("Desk 0")
    for page in desks.values():
        expect(page.locator("#inbox .nc-row.nc-unread")).to_have_count(0)
        expect(page.locator("#inbox .nc-row")).to_contain_text("Трубку снял(а): Desk 0")
    wait_until(lambda: any(push.payload.get("closed") for push in service.of(subscription)), what="the closing push")
    call("ended", duration=125, link="https://records.example.com/1.mp3")
    for page in desks.values():
        expect(page.locator("#inbox .nc-row")).to_contain_text("2:05")
        expect(page.locator("#inbox .nc-row").get_by_role("button", name="Прослушать")).to_be_visible()
    expect(desks[anna].locator(POPUP)).to_have_count(0)


def test_a_missed_call_is_told_apart_at_every_desk(desks, call) -> None:
    call("ringing")
    first, *_others = desks.values()
    expect(first.locator(POPUP)).to_have_count(1)
    call("missed")
    for page in desks.values():
        expect(page.locator(f"{POPUP}.nc-missed")).to_contain_text("Пропущенный звонок")
        expect(page.locator("#inbox .nc-row.nc-missed.nc-unread .nc-glyph")).to_have_attribute(
            "src", re.compile("/icons/missed-call.svg$")
        )
