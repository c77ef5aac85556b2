"""Popups in the lower left corner of a real page."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from notifcenter.models import Kind
from tests.pages.connection import ONLINE
from tests.processes import wait_until

POPUP = "#popups_inbox .popup-inbox .notification__item.notification-inner"


@pytest.fixture
def stopped(product, context_as):
    """A page whose clock goes only when it is told to."""
    begin = datetime(2026, 6, 1, tzinfo=UTC)
    page = context_as(product.new_person()).new_page()
    page.clock.install(time=begin)
    page.goto("/sandbox/")
    page.clock.pause_at(begin + timedelta(hours=1))
    return page


def show(page, method, **params):
    page.evaluate("([method, params]) => APP.notifications[method](params)", [method, params])


def popup(page, text):
    return page.locator(POPUP, has_text=text)


def test_a_message_pops_up_in_the_lower_left_corner(product, page_as):
    page = page_as(product.new_person())
    show(page, "show_message", header="Hello", text="One<br><b>two</b>", date=1566922308)
    shown = popup(page, "Hello")
    expect(shown).to_be_visible()
    expect(shown.locator("b")).to_have_text("two")
    expect(shown).to_contain_text("27 авг. 2019")
    box = shown.bounding_box()
    assert box["x"] < 40
    assert box["y"] + box["height"] > page.viewport_size["height"] - 60


def test_errors_and_calls_have_their_glyphs(product, page_as):
    page = page_as(product.new_person())
    show(page, "show_message_error", header="Broken", text="It broke")
    show(page, "show_notification", text={"header": "Ivan", "text": "+7 999"}, type="call")
    expect(popup(page, "Broken").locator("img")).to_have_attribute("src", re.compile("error.svg$"))
    expect(popup(page, "Ivan").locator("img")).to_have_attribute("src", re.compile("call.svg$"))


def test_five_are_visible_and_the_rest_is_counted(product, page_as):
    page = page_as(product.new_person())
    for number in range(7):
        show(page, "show_message", header=f"News {number}", text="short", timeout=0)
    expect(page.locator(POPUP)).to_have_count(5)
    expect(page.locator("#popups_inbox")).to_contain_text("Ещё 2")
    popup(page, "News 6").get_by_role("button").first.click()
    expect(page.locator("#popups_inbox")).to_contain_text("Ещё 1")
    expect(page.locator(POPUP)).to_have_count(5)


def test_calls_stay_and_others_go_after_eight_seconds(stopped):
    page = stopped
    show(page, "show_notification", text={"header": "Call", "text": "ringing"}, type="call")
    show(page, "show_message", header="News", text="short")
    expect(popup(page, "News")).to_be_visible()
    page.clock.run_for(7000)
    expect(popup(page, "News")).to_be_visible()
    page.clock.run_for(2000)
    expect(popup(page, "News")).to_have_count(0)
    expect(popup(page, "Call")).to_be_visible()


def test_a_popup_under_the_pointer_or_with_the_focus_stays(stopped):
    page = stopped
    show(page, "show_message", header="News", text="short")
    popup(page, "News").hover()
    page.clock.run_for(20_000)
    expect(popup(page, "News")).to_be_visible()
    page.mouse.move(900, 10)
    popup(page, "News").get_by_role("button").focus()
    page.clock.run_for(20_000)
    expect(popup(page, "News")).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    page.clock.run_for(9000)
    expect(popup(page, "News")).to_have_count(0)


def test_a_closed_error_does_not_come_back_and_another_does(product, page_as):
    page = page_as(product.new_person())
    show(page, "show_message_error", header="Broken", text="A")
    close = popup(page, "Broken").get_by_role("button").first
    expect(close).to_have_attribute("aria-label", "Закрыть")
    close.click()
    page.reload()
    show(page, "show_message_error", header="Broken", text="A")
    show(page, "show_message_error", header="Broken", text="B")
    expect(popup(page, "Broken")).to_have_count(1)
    expect(popup(page, "Broken")).to_contain_text("B")


def test_the_memory_of_closed_errors_is_bounded(product, page_as):
    page = page_as(product.new_person())
    page.evaluate("document.cookie = 'notifcenter_dismissed=' + Array(100).fill('1zzzzzz').join('.') + '; path=/'")
    show(page, "show_message_error", header="Broken", text="A")
    popup(page, "Broken").get_by_role("button").first.click()
    remembered = next(c["value"] for c in page.context.cookies() if c["name"] == "notifcenter_dismissed")
    assert len(remembered.split(".")) == 100
    assert len(remembered) < 1000


def test_the_container_is_there_from_load_and_what_others_put_there_stays(product, page_as):
    page = page_as(product.new_person())
    expect(page.locator("#popups_inbox > .popup-inbox")).to_have_count(1)
    page.evaluate(
        """() => { const corner = document.getElementById('popups_inbox'); corner.style.zIndex = 77;
        corner.insertAdjacentHTML('beforeend', '<i id="theirs">x</i>') }"""
    )
    show(page, "show_message", header="News", text="short")
    popup(page, "News").get_by_role("button").first.click()
    expect(popup(page, "News")).to_have_count(0)
    assert page.locator("#popups_inbox > #theirs").count() == 1
    assert page.evaluate("document.getElementById('popups_inbox').style.zIndex") == "77"


def test_clicks_reach_the_document_and_a_link_is_not_the_popups_own_click(product, page_as):
    page = page_as(product.new_person())
    page.evaluate("addEventListener('click', (event) => { window.heard = event.target.tagName }, false)")
    show(page, "show_message_error", header="Broken", text='<a class="phone">call</a>', link="/profile/")
    popup(page, "Broken").locator("a.phone").click()
    page.wait_for_function("() => window.heard === 'A'")
    assert page.url.endswith("/")
    popup(page, "Broken").locator(".nc-text").click(position={"x": 150, "y": 8})
    page.wait_for_url("**/profile/")


def test_what_is_published_pops_up_is_counted_and_stays_in_the_list(product, page_as):
    person = product.new_person()
    page = page_as(person)
    product.publish(person, kind=Kind.CALL, text="Incoming", header="Ivan")
    expect(popup(page, "Ivan")).to_be_visible()
    expect(page.locator(".nc-badge")).to_have_text("1")
    expect(page.locator(".nc-bell")).to_have_attribute("aria-label", "1 непрочитанное уведомление")
    page.reload()
    expect(page.locator(".nc-badge")).to_have_text("1")
    expect(popup(page, "Ivan")).to_have_count(0)
    page.locator("button.nc-bell").click()
    expect(page.locator(".nc-panel .nc-row", has_text="Ivan")).to_be_visible()


def test_what_comes_while_a_page_loads_pops_up_too(product, context_as):
    person = product.new_person()
    page = context_as(person).new_page()

    def hold(route):
        product.publish(person, header="In between")
        route.continue_()

    page.route("**/start.js", hold)
    page.goto("/sandbox/")
    expect(popup(page, "In between")).to_be_visible()


def test_a_call_shown_on_a_visible_page_is_read(product, page_as):
    person = product.new_person()
    page = page_as(person)
    with product.user_api(person) as mine, product.provider_api() as provider:
        user = page.evaluate("APP.constant('user').id")
        event = {"type": "phone_call", "phone_number": "+79999999999", "users": [user]}
        provider.post(f"{product.base_url}/api/v2/events", json={"add": [event]})
        expect(popup(page, "+7 999 999-99-99").first).to_be_visible()
        wait_until(lambda: mine.get("inbox/summary/").json() == {"unread": 0}, what="read by being shown")
        expect(page.locator(".nc-badge")).to_be_hidden()


def test_each_tab_shows_it_and_deleting_closes_it_everywhere(product, context_as):
    person = product.new_person()
    context = context_as(person)
    first, second = context.new_page(), context.new_page()
    first.goto("/sandbox/")
    second.goto("/inbox/")
    pk = product.publish(person, header="Both", kind=Kind.CALL)
    expect(popup(first, "Both")).to_be_visible()
    expect(popup(second, "Both")).to_be_visible()
    with product.user_api(person) as mine:
        assert mine.delete(f"inbox/{pk}/").status_code == 204
    expect(popup(first, "Both")).to_have_count(0)
    expect(popup(second, "Both")).to_have_count(0)


def test_nothing_pops_up_with_the_master_switch_off(product, page_as):
    person = product.new_person()
    with product.user_api(person) as mine:
        mine.patch("preferences/", json={"receive_notifications": False})
    page = page_as(person)
    product.publish(person, header="Silent")
    expect(page.locator(".nc-badge")).to_have_text("1")
    expect(page.locator(POPUP)).to_have_count(0)


def test_a_popup_of_a_provider_reaches_open_pages_only(product, page_as):
    person = product.new_person()
    page = page_as(person)
    page.wait_for_function(ONLINE)
    with product.provider_api() as provider:
        body = {"method": "show_message", "recipients": [person], "params": {"header": "From afar", "text": "x"}}
        assert provider.post("popups/", json=body).json() == {"online": 1}
    expect(popup(page, "From afar")).to_be_visible()
    expect(page.locator(".nc-badge")).to_be_hidden()
