"""Popups with manners: in the chosen corner, never over what one just used, and what they can do."""

import pytest
from playwright.sync_api import expect

from tests.pages.centre.conftest import IRINA
from tests.pages.connection import ONLINE

POPUP = "#popups_inbox .notification__item"
CORNERS = ["bottom-right", "top-left", "top-right"]
BUTTON = """(corner) => {
    const button = document.createElement('button'), [vertical, side] = corner.split('-');
    button.id = 'mine';
    button.textContent = 'Ask';
    button.style.cssText = `position: fixed; z-index: 1; ${vertical}: 80px; ${side}: 40px`;
    button.onclick = () => APP.notifications.show_message({header: 'Answer', text: 'x', timeout: 0});
    document.querySelector('main').append(button);
}"""
ON_TOP = """(button) => {
    const box = button.getBoundingClientRect();
    return document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2) === button;
}"""


def corner_of(page):
    """Where the stack stands, by its distances to the edges."""
    return page.locator(POPUP).first.evaluate("""(popup) => {
        const { top, bottom, left, right } = popup.getBoundingClientRect();
        return (top < innerHeight - bottom ? 'top-' : 'bottom-') + (left < innerWidth - right ? 'left' : 'right');
    }""")


@pytest.mark.parametrize("corner", CORNERS)
def test_popups_stand_in_the_corner_that_was_chosen(user_api, person, page_as, corner):
    user_api(person).patch("preferences/", json={"popup_corner": corner}).raise_for_status()
    page = page_as(person, "/profile/")
    for number in range(7):
        page.evaluate(
            "(number) => APP.notifications.show_message({header: `M${number}`, text: 'x', timeout: 0})", number
        )
    page.evaluate("APP.notifications.show_notification({text: {header: 'Call', text: 'x'}, type: 'call'})")
    expect(page.locator(POPUP)).to_have_count(5)
    assert corner_of(page) == corner
    edge = "(all) => all.map((popup) => [popup.getBoundingClientRect().top, popup.innerText])"
    tops = sorted(page.locator(POPUP).evaluate_all(edge))
    assert tops[0 if corner.startswith("top") else -1][1].startswith("Call")
    more = page.get_by_role("button", name="Ещё 3")
    expect(more).to_be_in_viewport()
    page.wait_for_function(ONLINE)
    page.locator("button.nc-bell").click()
    expect(page.locator(".nc-panel")).to_be_visible()
    boxes = [page.locator(".nc-panel").bounding_box(), page.locator(".popup-inbox").bounding_box()]
    assert apart(*boxes), boxes


def apart(one, other):
    beside = one["x"] + one["width"] <= other["x"] + 17 or other["x"] + other["width"] - 17 <= one["x"]
    return beside or one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_a_popup_never_covers_what_was_just_used(person, page_as, size):
    page = page_as(person, "/profile/", viewport={"width": size[0], "height": size[1]})
    page.evaluate(BUTTON, "bottom-left")
    page.locator("#mine").click()
    expect(page.locator(POPUP)).to_have_count(1)
    assert page.locator("#mine").evaluate(ON_TOP)
    page.locator(POPUP).get_by_role("button").first.click()
    page.get_by_label("Строки списка").click()
    page.keyboard.press("Escape")
    page.evaluate("APP.notifications.show_message({header: 'Another', text: 'x', timeout: 0})")
    expect(page.locator(POPUP)).to_have_count(1)
    assert corner_of(page) == "bottom-left" or size[0] == 390
    page.locator("#mine").focus()
    assert page.locator("#mine").evaluate(ON_TOP)


def test_a_popup_says_what_can_be_done_and_goes_when_it_is_done(product, person, page_as, user_api):
    page = page_as(person, "/profile/")
    page.wait_for_function(ONLINE)
    pk = product.publish(person, kind="call", text="Входящий", element=IRINA)
    expect(page.locator(POPUP).get_by_role("link", name="Открыть")).to_have_attribute("href", "/contacts/detail/41")
    product.publish(person, text="Nowhere to go", header="Plain")
    expect(page.locator(POPUP, has_text="Plain").get_by_role("link", name="Открыть")).to_have_count(0)
    user_api(person).post("inbox/done/", json={"ids": [pk]}).raise_for_status()
    expect(page.locator(POPUP, has_text="Входящий")).to_have_count(0)
