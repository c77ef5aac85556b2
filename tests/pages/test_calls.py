"""Calls in a real page: the number, the recording, and quiet while one is on the phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.pages.connection import ONLINE
from tests.processes import wait_until

POPUP = "#popups_inbox .notification__item.notification-inner"
ROW = "#inbox .nc-row"
IRINA = {"id": 41, "type": "contact", "name": "Ирина Петрова"}
RECORDING = "https://records.example.com/1.mp3"


@pytest.fixture
def person(product):
    return product.new_person()


@pytest.fixture
def page(page_as, person):
    page = page_as(person)
    wait_until(lambda: page.evaluate(ONLINE), what="online")
    return page


def test_a_popup_says_who_calls_and_shows_the_number_to_dial(product, page, person):
    product.publish(person, kind="call", text="Входящий", element=IRINA, **{"from": "89991234567"})
    popup = page.locator(POPUP)
    expect(popup.locator(".nc-title a")).to_have_text("Ирина Петрова")
    expect(popup.locator(".nc-number")).to_have_text("+7 999 123-45-67")
    expect(popup.locator(".nc-number")).to_have_attribute("href", "tel:+79991234567")
    expect(popup).to_contain_text("Входящий")
    expect(popup).not_to_contain_text("89991234567")


def test_a_number_can_be_copied_from_its_row(product, context_as, person):
    context = context_as(person, permissions=["clipboard-read", "clipboard-write"])
    product.publish(person, kind="call", text="+79991234567")
    page = context.new_page()
    page.goto("/inbox/")
    page.locator(ROW).get_by_role("button", name="Скопировать номер").click()
    expect(page.locator(ROW)).to_contain_text("Скопировано")
    assert page.evaluate("navigator.clipboard.readText()") == "+7 999 123-45-67"
    assert page.url.endswith("/inbox/")


def test_a_recording_plays_in_its_row_by_keyboard(product, page_as, person):
    product.publish(person, kind="call", text="Разговор", link=RECORDING, duration=125)
    page = page_as(person, "/inbox/")
    asked = []
    page.route(
        RECORDING, lambda route: (asked.append(route.request.url), route.fulfill(body=b"", content_type="audio/mpeg"))
    )
    listen = page.locator(ROW).get_by_role("button", name="Прослушать")
    listen.focus()
    with page.expect_request(RECORDING):
        listen.press("Enter")
    assert page.url.endswith("/inbox/")


def test_a_recording_over_http_is_a_link_only(product, page_as, person):
    product.publish(person, kind="call", text="Разговор", link="http://records.example.com/1.mp3")
    row = page_as(person, "/inbox/").locator(ROW)
    link = row.get_by_role("link", name="Прослушать запись")
    expect(link).to_have_attribute("href", "http://records.example.com/1.mp3")
    expect(row.get_by_role("button", name="Прослушать")).to_have_count(0)


def test_while_one_is_on_the_phone_only_calls_pop_up_and_one_card_follows(product, page, person):
    page.evaluate("APP.sdk.setCallingStatus(true)")
    for number in range(3):
        product.publish(person, text=f"News {number}")
    product.publish(person, kind="call", text="+79991234567")
    page.evaluate("APP.notifications.show_message({header: 'Mine', text: 'Of the page'})")
    expect(page.locator(POPUP)).to_have_count(2)
    expect(page.locator(POPUP, has_text="News")).to_have_count(0)
    page.evaluate("APP.sdk.setCallingStatus(false)")
    card = page.locator(POPUP, has_text="Пока вы говорили: 3 уведомления")
    expect(card).to_contain_text("Телефония: 3")
    expect(page.locator(POPUP, has_text="News")).to_have_count(0)
    card.locator(".nc-title a").click()
    expect(page).to_have_url(re.compile("/inbox/$"))


def test_widgets_are_given_numbers_as_they_were_sent(product, page, person):
    product.manage("provider", "once", "--init-once")
    page.reload()
    wait_until(lambda: page.evaluate(ONLINE), what="online")
    page.evaluate("APP.addNotificationCallback('once', (data) => (window.seen = data))")
    product.publish(person, kind="call", text="+79991234567")
    expect(page.locator(POPUP)).to_have_count(1)
    seen = page.evaluate("window.seen")
    assert seen["body"]["rows"][0]["text"] == "+79991234567"
    assert "readable" not in seen
