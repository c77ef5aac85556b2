"""Looks, weight and types: what can be measured of a good page."""

import gzip

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.pages.connection import ONLINE
from tests.processes import wait_until

KILOBYTE = 1024
PAGES = ["/sandbox/", "/inbox/", "/profile/"]
ORDINARY, OWN = "/accounts/logout/", "/pages/profile.css"
"""A page with nothing of its own but a style sheet."""
SDK = {"sdk.js", "sdk.css", "start.js", "tabs.js", "push.js", "style.css"}


def weight(context, path):
    """The scripts and styles that a page loads beside its own, each packed; each has come packed over the wire."""
    page, packed = context.new_page(), {}

    def weigh(response):
        if response.request.resource_type in ("script", "stylesheet") and response.ok and OWN not in response.url:
            assert response.header_value("content-encoding") == "gzip"
            packed[response.url] = len(gzip.compress(response.body(), 9))

    page.on("response", weigh)
    page.goto(path)
    page.wait_for_function(ONLINE)
    wait_until(lambda: page.wait_for_timeout(500) or names(packed) >= SDK, what=f"all of {SDK}")
    return packed


def names(packed):
    return {url.rsplit("/", 1)[1] for url in packed}


def test_what_the_sdk_adds_to_a_page_of_the_site_is_under_twenty_kilobytes(product, context_as):
    packed = weight(context_as(product.new_person()), ORDINARY)
    assert names(packed) >= SDK
    assert sum(packed.values()) < 20 * KILOBYTE, packed


def test_comments_stay_at_home(product):
    with product.client() as client:
        script = client.get(f"{product.base_url}/static/notifcenter/sdk/start.js").text
        style = client.get(f"{product.base_url}/static/notifcenter/sdk.css").text
    assert "/*" not in script + style
    assert "@ts-check" not in script
    assert "mountBells" in script
    assert ".nc-bell{" in style


def test_the_panel_and_a_popup_are_fetched_when_they_are_needed(product, context_as):
    packed = weight(context_as(product.new_person()), ORDINARY)
    assert not [url for url in packed if "/centre/" in url or "/popups/" in url]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_serious_stands_in_anybodys_way(product, page_as, path, scheme):
    person = product.new_person()
    product.publish(person, header="A call", kind="call")
    page = page_as(person, path, color_scheme=scheme, reduced_motion="reduce")
    page.evaluate("APP.notifications.show_message_error({ header: 'Broken', text: 'It <b>broke</b>' })")
    page.locator("#popups_inbox .nc-popup").wait_for()
    page.locator(".nc-bell").click()
    page.locator(".nc-panel .nc-row").wait_for()
    found = Axe().run(page).response["violations"]
    serious = [
        (each["id"], [node["html"] for node in each["nodes"]])
        for each in found
        if each["impact"] in ("serious", "critical")
    ]
    assert serious == []


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_never_scrolls_sideways(product, page_as, path):
    person = product.new_person()
    product.publish(person, header="W" * 200, text="w" * 300)
    page = page_as(person, path, viewport={"width": 390, "height": 844})
    expect(page.locator("main")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_no_page_asks_anybody_else(product, page_as):
    page = page_as(product.new_person())
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES:
        page.goto(path, wait_until="networkidle")
    assert [url for url in asked if not url.startswith((product.base_url, "data:"))] == []
