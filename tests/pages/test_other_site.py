"""Pages of another site: the host's members stay, the token is kept fresh, the SDK says when it is ready."""

import json

import pytest
from playwright.sync_api import expect

from tests.pages.connection import ONLINE
from tests.pages.widget_pages import OtherSite, access_of
from tests.processes import wait_until
from tests.product import start_product

POPUP = "#popups_inbox .notification__item.notification-inner"
BELL = "<p><notifcenter-bell></notifcenter-bell></p>"
THEIRS = """window.APP = {
    lang_id: "kz",
    notifications: { show_message: function () { return "theirs" } },
    constant: function (name) { return "their " + name },
    widgets: { list: { telephony: { own: 1 } } },
    data: { is_card: true },
};"""


@pytest.fixture(scope="module")
def other_site(folders):
    site = OtherSite(folders("other-site"))
    yield site
    site.stop()


@pytest.fixture(scope="module")
def installation(folders, other_site):
    running = start_product(folders("other-site-product"), CORS_ALLOWED_ORIGINS=other_site.url)
    other_site.allow(running)
    yield running
    running.stop()


@pytest.fixture
def person(installation):
    return installation.new_person()


@pytest.fixture
def page(browser):
    page = browser.new_page(locale="ru-RU")
    yield page
    page.close()


def test_what_the_host_defined_itself_stays_member_by_member(page, installation, other_site, person):
    page.goto(other_site.write(installation, access_of(installation, person), before=THEIRS))
    assert page.evaluate("APP === AMOCRM")
    assert page.evaluate("APP.notifications.show_message()") == "theirs"
    assert page.evaluate("APP.constant('user')") == "their user"
    assert page.evaluate("[APP.lang_id, APP.data.is_card, APP.data.current_list]") == ["kz", True, None]
    assert page.evaluate("APP.widgets.list.telephony").items() >= {"own": 1, "init_once": True}.items()
    assert page.evaluate("typeof APP.notifications.add_call") == "function"


@pytest.mark.parametrize("with_page", [True, False])
def test_a_promise_and_an_event_tell_when_it_is_ready(page, installation, other_site, person, with_page):
    access = access_of(installation, person) | ({} if with_page else {"page": ""})
    before = "document.addEventListener('notifcenter:ready', function () { window.isReady = true });"
    page.goto(other_site.write(installation, access, before=before))
    page.wait_for_function("() => window.isReady")
    assert page.evaluate("APP.ready.then((app) => app === APP && app.constant('user').login)") == person


def test_before_it_is_ready_nothing_that_widgets_ask_throws(page, installation, other_site):
    page.goto(other_site.write(installation, {"token": "no-good", "page": ""}))
    assert page.evaluate("Object.keys(APP.constant('account').users)") == []
    assert page.evaluate("[APP.constant('managers'), APP.constant('user'), APP.sdk.showUserStatus()]") == [{}, {}, {}]


def test_a_token_is_renewed_a_minute_before_it_ends_and_the_page_stays_connected(
    page, installation, other_site, person
):
    page.clock.install()
    page.goto(other_site.write(installation, access_of(installation, person)))
    page.wait_for_function(ONLINE)
    fresh = json.dumps(installation.user_token(person))
    page.evaluate(f"(window.asked = 0, APP.sdk.renewToken(async () => (asked += 1, {fresh})))")
    page.clock.fast_forward("58:30")
    assert page.evaluate("asked") == 0
    page.clock.fast_forward("00:45")
    page.wait_for_function("() => asked === 1")
    assert page.evaluate(f"window[Symbol.for('notifcenter')].token === {fresh}")
    page.clock.resume()
    page.wait_for_function(ONLINE)
    installation.publish(person, header="After the renewal")
    expect(page.locator(POPUP, has_text="After the renewal")).to_be_visible()


def test_without_a_good_token_the_bell_says_so_until_the_host_gives_one(page, installation, other_site, person):
    page.goto(other_site.write(installation, {"token": "no-good", "page": ""}, body=BELL))
    bell = page.locator("notifcenter-bell button")
    wait_until(lambda: "Вы вышли" in (bell.get_attribute("aria-label") or ""), what="the bell says it")
    page.evaluate(f"APP.sdk.renewToken(() => {json.dumps(installation.user_token(person))})")
    page.wait_for_function(ONLINE)
    expect(bell).to_have_attribute("aria-label", "Уведомления: непрочитанных нет")
    assert page.evaluate("APP.constant('user').login") == person


def test_data_page_is_what_the_token_call_gives(installation, person):
    access = access_of(installation, person)
    page = json.loads(access["page"])
    assert page["user"]["login"] == person
    assert page["token_expires_at"] == access["expires_at"]
