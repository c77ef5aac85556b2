"""The SDK's calls, on our pages and on those of other sites."""

import http.server
import threading
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.pages.connection import ONLINE
from tests.processes import free_port

POPUP = "#popups_inbox .notification__item.notification-inner"
STRICT = "default-src 'none'; script-src {host}; style-src {host}; connect-src {host} {live}; img-src {host}"


@pytest.fixture
def person(product):
    return product.new_person()


@pytest.fixture
def page(page_as, person):
    return page_as(person)


def test_every_call_is_there_as_soon_as_the_script_has_run(context_as, person):
    page = context_as(person).new_page()
    page.route("**/start.js", lambda route: route.abort())
    page.goto("/sandbox/")
    shown = ["show_message", "show_message_error", "show_notification"]
    calls = [*shown, "add_error", "add_call", "add_alert", "update", "withdraw"]
    assert page.evaluate("Object.keys(APP.notifications)") == calls
    assert page.evaluate("Object.values(APP.notifications).every((call) => call({}) === undefined)")
    mine = page.evaluate("APP.constant('user').id")
    assert page.evaluate("APP.sdk.showUserStatus()")[str(mine)]["id"] == mine
    assert page.evaluate("APP.sdk.getCallingStatus()") is False


def test_callbacks_of_an_add_come_in_order_and_may_throw(page):
    said = page.evaluate(
        """() => new Promise((settle) => { const said = [];
        APP.notifications.add_error({ text: 'T' }, { fail: () => said.push('fail'),
            done: (id) => { said.push(typeof id); throw new Error('of the widget') },
            always: () => settle([...said, 'always']) }) })"""
    )
    assert said == ["string", "always"]


def test_an_unreachable_server_is_told_to_fail(page):
    page.wait_for_function(ONLINE)
    page.route("**/api/v1/me/notifications/", lambda route: route.abort())
    problem = page.evaluate(
        "() => new Promise((settle) => APP.notifications.add_call({ text: 'T' }, { fail: settle, done: settle }))"
    )
    assert problem["status"] == 0


def test_only_providers_that_say_init_once_may_listen(product, page):
    with page.expect_console_message(lambda message: "init_once" in message.text):
        page.evaluate("APP.addNotificationCallback('telephony-of-nobody', () => { window.heard = 1 })")


def test_user_status_in_its_three_forms(product, page, page_as, context_as):
    other = product.new_person()
    page.wait_for_function(ONLINE)
    mine = page.evaluate("APP.constant('user').id")
    theirs = page_as(other)
    their_id = theirs.evaluate("APP.constant('user').id")
    page.wait_for_function("(id) => APP.sdk.showUserStatus(id)", arg=their_id)
    assert {mine, their_id} <= set(page.evaluate("APP.sdk.showUserStatus('online')"))
    assert page.evaluate("(id) => APP.sdk.showUserStatus()[id]", str(their_id)) == {"id": their_id, "online": True}
    assert page.evaluate("APP.sdk.showUserStatus(123456789)") is False
    theirs.close()
    page.wait_for_function("(id) => APP.sdk.showUserStatus(id) === false", arg=their_id)


def test_a_release_reloads_open_pages_but_not_during_a_call_in_any_tab(start_product, context_as):
    product = start_product()
    context = context_as("anna", on=product)
    first, second = context.new_page(), context.new_page()
    for page in (first, second):
        page.goto(product.base_url)
        page.wait_for_function(ONLINE)
        page.evaluate("window.old = true")
    first.evaluate("APP.sdk.setCallingStatus(true)")
    second.wait_for_function("() => APP.sdk.getCallingStatus()")
    product.manage("release", "2.0")
    second.wait_for_timeout(3000)  # long enough for a reload that must not come
    assert first.evaluate("window.old")
    assert second.evaluate("window.old")
    first.evaluate("APP.sdk.setCallingStatus(false)")
    for page in (first, second):
        page.wait_for_function("() => !window.old && window.APP")
    assert first.evaluate("JSON.parse(document.getElementById('notifcenter-page').textContent).version") == "2.0"


def test_a_release_asks_before_it_takes_what_was_typed(start_product, context_as):
    product = start_product()
    page = context_as("anna", on=product).new_page()
    page.goto(f"{product.base_url}/sandbox/")
    page.wait_for_function(ONLINE)
    page.locator("[name=header]").first.fill("typed")
    product.manage("release", "3.0")
    ask = page.locator(".nc-release")
    expect(ask).to_be_visible()
    expect(page.locator("[name=header]").first).to_have_value("typed")
    with page.expect_navigation():
        ask.get_by_role("button").click()


def test_one_browser_opens_one_socket_and_the_next_tab_takes_over(product, context_as, person):
    context = context_as(person)
    sockets = []
    context.on("page", lambda page: page.on("websocket", lambda socket: sockets.append(page)))
    tabs = [context.new_page() for _ in range(3)]
    for tab in tabs:
        tab.goto("/sandbox/")
        tab.wait_for_function(ONLINE)
    assert len(sockets) == 1
    sockets[0].close()
    left = [tab for tab in tabs if not tab.is_closed()]
    product.publish(person, header="After the leader")
    for tab in left:
        expect(tab.locator(POPUP, has_text="After the leader")).to_be_visible()
    assert len(sockets) == 2


def test_what_was_missed_while_offline_comes_with_the_network(product, context_as, person):
    context = context_as(person)
    page = context.new_page()
    page.goto("/sandbox/")
    page.wait_for_function(ONLINE)
    page.evaluate("window[Symbol.for('notifcenter')].base = new URL('http://127.0.0.1:9/static/notifcenter/')")
    context.set_offline(True)
    product.publish(person, header="Missed")
    page.evaluate("window[Symbol.for('notifcenter')].base = new URL('/static/notifcenter/', location)")
    context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    product.publish(person, header="Then")
    expect(page.locator(POPUP, has_text="Missed")).to_be_visible()
    expect(page.locator(POPUP, has_text="Then")).to_be_visible()
    expect(page.locator(".nc-badge")).to_have_text("2")


class Elsewhere(http.server.SimpleHTTPRequestHandler):
    """A page of another site, under a strict policy of its own."""

    policy = ""

    def end_headers(self):
        self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def other_site(start_product, tmp_path: Path):
    """The product, which admits another site; that site's address; and a way to write its page."""
    port = free_port()
    site = f"http://127.0.0.1:{port}"
    product = start_product(CORS_ALLOWED_ORIGINS=site)
    live = product.base_url.replace("http", "ws")
    handler = type("Site", (Elsewhere,), {"policy": STRICT.format(host=product.base_url, live=live)})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), partial(handler, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def write(token: str) -> str:
        script = f'<script src="{product.base_url}/static/notifcenter/sdk.js" data-token="{token}"></script>'
        (tmp_path / "page.html").write_text(f"<!doctype html><title>CRM</title><body>{script}</body>")
        return f"{site}/page.html"

    yield product, write
    server.shutdown()
    server.server_close()


def test_one_script_is_enough_on_a_page_of_another_site(other_site, browser):
    product, write = other_site
    page = browser.new_page()
    broken = []
    page.on("console", lambda message: message.type == "error" and broken.append(message.text))
    page.goto(write(product.user_token("anna")))
    page.wait_for_function(ONLINE)
    assert page.evaluate("APP.constant('user').login") == "anna"
    product.publish("anna", header="Across sites")
    expect(page.locator(POPUP, has_text="Across sites")).to_be_visible()
    answer = page.evaluate("() => new Promise((done) => APP.notifications.add_call({ text: 'T' }, { done }))")
    assert len(answer) == 36
    assert broken == []
    page.close()


def test_a_fresh_token_is_asked_for_when_the_old_one_is_no_good(other_site, browser):
    product, write = other_site
    page = browser.new_page()
    address = write("expired")
    page.add_init_script("addEventListener('load', () => 0)")
    page.route("**/me/", lambda route: page.evaluate(renew) and route.continue_())
    renew = f"window.APP.sdk.renewToken(async () => '{product.user_token('anna')}') ?? true"
    page.goto(address)
    page.wait_for_function(ONLINE)
    assert page.evaluate("APP.constant('user').login") == "anna"
    page.close()
