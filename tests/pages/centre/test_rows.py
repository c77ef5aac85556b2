"""Rows of the centre: two lines, twelve to a screen, calls told apart."""

import pytest
from playwright.sync_api import expect

from tests.pages.centre.conftest import IRINA, PAGE_ROW, row
from tests.processes import wait_until

RECORDING = "https://records.example.com/1.mp3"
WHOLE = """(rows) => rows.filter((row) => {
    const { top, bottom } = row.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
}).length"""
SAME_LINE = """(row) => {
    const box = (selector) => row.querySelector(selector).getBoundingClientRect();
    const middle = (selector) => (box(selector).top + box(selector).bottom) / 2;
    const pairs = [['.nc-number', '.nc-title'], ['.nc-title', 'time'], ['.nc-text', '.nc-source']];
    return pairs.every(([one, other]) => Math.abs(middle(one) - middle(other)) < 4);
}"""


def size(page, selector):
    return (
        page.locator(PAGE_ROW)
        .first.locator(selector)
        .first.evaluate("(part) => parseFloat(getComputedStyle(part).fontSize)")
    )


@pytest.fixture
def calls(product, person):
    """A missed call, and one from a contact with a recording."""
    with product.provider_api() as provider:
        call = {"state": "missed", "recipients": [person], "from": "+79995556677"}
        provider.put(f"calls/{person}/", json=call).raise_for_status()
    given = {"element": IRINA, "duration": 125, "link": RECORDING, "from": "89991234567"}
    product.publish(person, kind="call", text="Входящий", **given)


def test_twelve_rows_fit_on_a_screen_and_nothing_is_left_out_of_them(calls, inbox, fill):
    fill(14, text="Long words " * 40)
    page = inbox(viewport={"width": 1280, "height": 800})
    expect(page.locator(PAGE_ROW)).to_have_count(16)
    assert page.locator(PAGE_ROW).evaluate_all(WHOLE) >= 12
    first = row(page, "N13")
    expect(first.locator(".nc-source")).to_have_text("Телефония")
    assert first.evaluate("(row) => row.offsetHeight") <= 48
    first.hover()
    first.get_by_label("Подробно").click()
    expect(first.locator(".nc-why dt").first).to_be_visible()
    assert first.evaluate("(row) => row.offsetHeight") > 100


def test_a_call_has_name_and_number_large_and_a_missed_one_is_told_apart(calls, inbox):
    page = inbox(viewport={"width": 1280, "height": 800})
    call, missed = row(page, "Ирина Петрова"), row(page, "555-66-77")
    expect(call.locator(".nc-number")).to_have_text("+7 999 123-45-67")
    expect(call.locator(".nc-number")).to_have_attribute("href", "tel:+79991234567")
    expect(call.locator(".nc-text")).to_contain_text("2:05")
    assert call.evaluate(SAME_LINE)
    assert size(page, ".nc-number") > size(page, ".nc-title") > size(page, ".nc-line")
    expect(missed.locator(".nc-call-state")).to_have_text("Пропущенный звонок")
    colours = [
        one.locator(".nc-second").first.evaluate(
            "(line) => getComputedStyle(line.querySelector('.nc-call-state, .nc-line')).color"
        )
        for one in (missed, call)
    ]
    assert colours[0] != colours[1]


def test_a_recording_is_played_in_its_row_and_by_keyboard_alone(calls, inbox):
    page = inbox()
    page.route(RECORDING, lambda route: route.fulfill(body=b"", content_type="audio/mpeg"))
    row(page, "Ирина Петрова").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('nc-listen')"):
            break
    with page.expect_request(RECORDING):
        page.keyboard.press("Enter")
    assert "/inbox/" in page.url


def test_actions_show_on_hover_and_on_focus(fill, inbox):
    fill(2)
    page = inbox()
    opacity = "(tools) => Number(getComputedStyle(tools).opacity)"
    tools = row(page, "N0").locator(".nc-tools")
    assert tools.evaluate(opacity) == 0
    row(page, "N0").hover()
    assert tools.evaluate(opacity) == 1
    page.mouse.move(0, 0)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(row(page, "N0")).to_be_focused()
    assert tools.evaluate(opacity) == 1


def test_a_focused_row_has_its_ring_whole_and_a_finger_has_room(fill, inbox):
    fill(1)
    page = inbox(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.keyboard.press("j")
    ring = row(page, "N0").evaluate(
        "(row) => [getComputedStyle(row).outlineStyle, parseFloat(getComputedStyle(row).outlineOffset)]"
    )
    assert ring[0] == "solid"
    assert ring[1] <= -2
    row(page, "N0").get_by_label("Что можно сделать").tap()
    buttons = page.locator(
        "main button:visible, main select:visible, main input[type=search]:visible, main .nc-pick:visible"
    )
    heights = buttons.evaluate_all("(all) => all.map((one) => [one.textContent, one.getBoundingClientRect().height])")
    assert len(heights) > 8
    assert [one for one in heights if one[1] < 40] == []


def test_the_profile_makes_rows_comfortable_moves_popups_and_switches_keys_off(fill, inbox, person, user_api):
    fill(14, text="Long words " * 40)
    page = inbox(viewport={"width": 1280, "height": 800})
    page.goto("/profile/")
    page.get_by_label("Строки списка").select_option("comfortable")
    page.get_by_label("Угол для всплывающих уведомлений").select_option("top-right")
    page.get_by_label("Клавиши в списке").uncheck()
    page.get_by_role("button", name="Сохранить").click()
    wait_until(lambda: user_api(person).get("preferences/").json()["density"] == "comfortable", what="saved")
    page.goto("/inbox/")
    expect(page.locator(PAGE_ROW)).to_have_count(14)
    assert 7 <= page.locator(PAGE_ROW).evaluate_all(WHOLE) <= 9
    row(page, "N13").focus()
    page.keyboard.press("e")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Клавиши")).to_have_count(0)
    expect(row(page, "N13")).to_be_focused()
    chosen = user_api(person).get("preferences/").json()
    assert (chosen["popup_corner"], chosen["shortcuts"]) == ("top-right", False)
