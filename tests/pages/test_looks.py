"""Looks, weight and types: what can be measured of a good page."""

import gzip

import pytest
from playwright.sync_api import expect

from tests.pages.connection import ONLINE
from tests.pages.pictures import VIEWS, look
from tests.processes import wait_until

KILOBYTE = 1024
PAGES = {
    "start": "/",
    "inbox": "/inbox/",
    "profile": "/profile/",
    "sandbox": "/sandbox/",
    "password": "/accounts/password_change/",
    "card": "/contacts/detail/41/",
    "not-found": "/nowhere/",
}
SIGNED_OUT = {"log-in": "/accounts/login/", "forgotten": "/accounts/password_reset/"}
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


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_on_any_page_and_none_is_wider_than_the_screen(product, page_as, view):
    person = product.new_person()
    page = page_as(person, "/", reduced_motion="reduce", **VIEWS[view])
    look(page, "empty", view)
    product.publish(person, header="W" * 200, text="w" * 300)
    for name, path in PAGES.items():
        page.goto(path)
        expect(page.locator("main")).to_be_visible()
        look(page, name, view)
    page.context.clear_cookies()
    for name, path in SIGNED_OUT.items():
        page.goto(path)
        look(page, name, view)


def test_no_page_asks_anybody_else(product, page_as):
    page = page_as(product.new_person())
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES.values():
        page.goto(path, wait_until="networkidle")
    assert [url for url in asked if not url.startswith((product.base_url, "data:"))] == []
