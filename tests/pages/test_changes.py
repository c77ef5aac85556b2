"""Notifications that change, on a real page: redrawn where they stand, on top again where they are renewed."""

import re
import uuid

import pytest
from playwright.sync_api import expect

from tests.pages.connection import ONLINE

POPUP = "#popups_inbox .notification__item.notification-inner"
ROW = ".nc-row"


@pytest.fixture
def person(product):
    return product.new_person()


@pytest.fixture
def page(page_as, person):
    """The inbox, live."""
    page = page_as(person, "/inbox/")
    page.wait_for_function(ONLINE)
    return page


@pytest.fixture
def publish(product, person):
    """Publishes to the person under a key; gives the answer."""
    key = str(uuid.uuid4())

    def call(text, **fields):
        body = {"kind": "message", "recipients": [person], "text": text, "key": key} | fields
        with product.provider_api() as provider:
            answer = provider.post("notifications/", json={k: value for k, value in body.items() if value is not None})
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    call.key = key
    return call


def test_an_update_is_drawn_in_row_and_popup_where_they_stand(page, publish):
    publish("Old words", header="Offer")
    publish("Another", key=None, header="Newer")
    expect(page.locator(ROW)).to_have_count(2)
    publish("New words", header="Offer 2")
    expect(page.locator(ROW).nth(1)).to_contain_text("New words")
    expect(page.locator(ROW).nth(1)).to_contain_text("Offer 2")
    expect(page.locator(ROW)).to_have_count(2)
    expect(page.locator(POPUP, has_text="New words")).to_have_count(1)
    expect(page.locator(POPUP, has_text="Old words")).to_have_count(0)


def test_a_renewal_goes_on_top_and_pops_up_again(page, publish):
    publish("First", header="Offer")
    publish("Another", key=None, header="Newer")
    expect(page.locator(POPUP, has_text="Offer")).to_be_visible()
    page.locator(POPUP, has_text="Offer").get_by_label("Закрыть").click()
    expect(page.locator(POPUP, has_text="Offer")).to_have_count(0)
    page.mouse.move(0, 0)
    publish("Second", header="Offer", renew=True)
    expect(page.locator(POPUP, has_text="Second")).to_be_visible()
    expect(page.locator(ROW).first).to_contain_text("Second")
    expect(page.locator(ROW)).to_have_count(2)


def test_a_withdrawn_one_is_gone_from_list_and_corner(page, product, publish):
    pk = publish("Mistake", header="Offer")["id"]
    expect(page.locator(POPUP, has_text="Mistake")).to_be_visible()
    with product.provider_api() as provider:
        provider.delete(f"notifications/{pk}/").raise_for_status()
    expect(page.locator(POPUP, has_text="Mistake")).to_have_count(0)
    expect(page.locator(ROW, has_text="Mistake")).to_have_count(0)
    expect(page.locator(".nc-bell")).to_have_attribute("aria-label", "Уведомления: непрочитанных нет")


def test_repeats_are_counted_in_row_and_popup_and_pop_up_once(page, publish):
    for _ in range(4):
        publish("Line 3 is down", key=None, kind="error", header="Line 3")
    expect(page.locator(f"{ROW} .nc-repeats")).to_have_text("×4")
    expect(page.locator(f"{POPUP} .nc-repeats")).to_have_text("×4")
    expect(page.locator(POPUP)).to_have_count(1)
    expect(page.locator(f"{ROW} .nc-repeats")).to_have_attribute("aria-label", "Пришло 4 раза")


def test_the_sdk_updates_and_withdraws_ones_own(page):
    call = """([name, ...parameters]) => new Promise((settle) => APP.notifications[name](...parameters,
        { done: (id) => settle(["done", typeof id]), fail: ({ status }) => settle(["fail", status]) }))"""
    added = page.evaluate(
        call, ["add_call", {"text": "Ring", "key": "a/b", "priority": "critical", "image": "http://x"}]
    )
    assert added == ["done", "string"]
    expect(page.locator(ROW)).to_contain_text("Ring")
    assert page.evaluate(call, ["update", "a/b", {"text": "Rang", "from": "Ivan"}]) == ["done", "string"]
    expect(page.locator(ROW)).to_contain_text("Rang")
    expect(page.locator(ROW)).to_contain_text("Ivan")
    expect(page.locator(f"{ROW} img.nc-glyph")).to_have_attribute("src", re.compile("call.svg$"))
    assert page.evaluate(call, ["withdraw", "a/b"])[0] == "done"
    expect(page.locator(ROW)).to_have_count(0)
    assert page.evaluate(call, ["withdraw", "a/b"]) == ["fail", 404]
    assert page.evaluate(call, ["update", "a/b", {"text": "x"}]) == ["fail", 404]
