"""Done, pinned and snoozed by mouse, by key and by finger, each with an undo."""

from playwright.sync_api import expect

from tests.pages.centre.conftest import BAR, PAGE_ROW, row, tool
from tests.pages.connection import ONLINE
from tests.processes import wait_until

PRESS = """([code, key]) => document.activeElement.dispatchEvent(
    new KeyboardEvent('keydown', {code, key, bubbles: true, cancelable: true}))"""
"""A key by its place, and the letter of a Russian layout on it."""
SNOOZE = """(id) => fetch('/api/v1/inbox/snooze/', {
    method: 'POST',
    headers: {'Content-Type': 'application/json', 'X-CSRFToken': document.cookie.match(/csrftoken=([^;]*)/)[1]},
    body: JSON.stringify({ids: [id], until: Math.floor(Date.now() / 1000) + 3}),
})"""
SHOWN = "(rows) => rows.map((row) => row.querySelector('.nc-title').innerText)"


def shown(page):
    return page.locator(PAGE_ROW).evaluate_all(SHOWN)


def undo(page):
    page.locator(BAR).get_by_role("button", name="Отменить").click()


def test_done_pinned_and_snoozed_by_mouse_and_back(fill, inbox, titles):
    fill(4)
    page = inbox()
    tool(page, "N2", "Готово").click()
    expect(page.locator(BAR)).to_contain_text("Готово: 1")
    assert shown(page) == ["N3", "N1", "N0"]
    assert titles(state="done") == ["N2"]
    undo(page)
    expect(row(page, "N2")).to_be_visible()
    assert shown(page) == ["N3", "N2", "N1", "N0"]
    tool(page, "N0", "Закрепить").click()
    expect(page.locator(".nc-day").first).to_have_text("Закреплённые")
    assert shown(page) == ["N0", "N3", "N2", "N1"]
    tool(page, "N1", "Отложить").click()
    page.get_by_role("menuitem", name="Завтра в 9:00").click()
    expect(page.locator(BAR)).to_contain_text("09:00")
    assert shown(page) == ["N0", "N3", "N2"]
    page.get_by_role("button", name="Отложенные", exact=True).click()
    expect(row(page, "N1")).to_contain_text("вернётся")
    tool(page, "N1", "Вернуть сейчас").click()
    expect(page.locator(".nc-empty")).to_have_text("Ничего не отложено.")
    wait_until(lambda: titles() == ["N0", "N3", "N2", "N1"], what="back in its place")
    page.go_back()
    expect(page.locator(PAGE_ROW)).to_have_count(4)
    assert shown(page) == ["N0", "N3", "N2", "N1"]


def test_the_keys_do_the_same_on_a_russian_layout_and_the_focus_goes_on(fill, inbox, titles):
    fill(4)
    page = inbox()
    page.keyboard.press("j")
    expect(row(page, "N3")).to_be_focused()
    page.evaluate(PRESS, ["KeyE", "у"])
    expect(row(page, "N3")).to_have_count(0)
    expect(row(page, "N2")).to_be_focused()
    page.evaluate(PRESS, ["KeyZ", "я"])
    expect(row(page, "N3")).to_be_visible()
    page.evaluate(PRESS, ["KeyP", "з"])
    expect(page.locator(PAGE_ROW).first).to_contain_text("N2")
    expect(row(page, "N2")).to_be_focused()
    page.evaluate(PRESS, ["KeyX", "ч"])
    page.evaluate(PRESS, ["KeyO", "о"])
    page.keyboard.press("ArrowDown")
    page.evaluate(PRESS, ["KeyX", "ч"])
    page.keyboard.press("s")
    expect(page.get_by_role("menuitem", name="Через час")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator(BAR)).to_contain_text("Отложено: 2")
    assert shown(page) == ["N1", "N0"]
    page.keyboard.press("z")
    expect(page.locator(PAGE_ROW)).to_have_count(4)


def test_keys_lead_to_search_help_and_centre_and_do_nothing_while_one_types(fill, inbox, titles):
    fill(1)
    page = inbox()
    page.keyboard.press("/")
    expect(page.get_by_role("main").get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("e?")
    expect(page.get_by_role("dialog", name="Клавиши")).to_have_count(0)
    assert titles(state="done") == []
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Клавиши")).to_contain_text("отложить")
    page.goto("/profile/")
    page.wait_for_function(ONLINE)
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.wait_for_url("**/inbox/")


def test_a_finger_swipes_a_row_to_be_done_or_asked_until_when(fill, inbox, titles):
    fill(2)
    page = inbox(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    swipe(page, "N0", -140)
    expect(row(page, "N0")).to_have_count(0)
    wait_until(lambda: titles(state="done") == ["N0"], what="done")
    swipe(page, "N1", -30)
    expect(row(page, "N1")).to_be_visible()
    swipe(page, "N1", 140)
    expect(page.get_by_role("menu")).to_be_visible()
    page.get_by_role("menuitem", name="Через час").click()  # a tap so soon after a swipe is none
    wait_until(lambda: titles(state="snoozed") == ["N1"], what="snoozed")
    assert "/inbox/" in page.url


def swipe(page, text, distance):
    """A finger over a row, as the browser reports it."""
    box = row(page, text).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 8):
        point = {"x": x + distance * step / 7, "y": y}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_snooze_ends_when_one_chose_and_the_item_comes_back_as_new(fill, inbox):
    fill(2)
    page = inbox()
    tool(page, "N0", "Отложить").click()
    page.get_by_role("menuitem", name="В другое время").click()
    field = page.get_by_label("Когда вернуть")
    field.fill("2020-01-01T10:00")
    page.get_by_role("button", name="Отложить до этого времени").click()
    assert field.evaluate("(field) => field.validationMessage") == "Выберите время в будущем, не позже чем через год."
    field.press("Escape")
    expect(field).to_have_count(0)
    page.evaluate(SNOOZE, row(page, "N0").get_attribute("data-id"))
    expect(row(page, "N0")).to_have_count(0)
    page.mouse.move(0, 0)
    expect(page.locator("#popups_inbox .nc-popup", has_text="N0")).to_be_visible()
    page.locator("#inbox .nc-pill").click()  # the focus is in the list, which nothing pushes
    expect(page.locator(PAGE_ROW).first).to_contain_text("N0")


def test_when_the_call_ends_is_offered_only_during_one(fill, inbox):
    fill(1)
    page = inbox()
    tool(page, "N0", "Отложить").click()
    expect(page.get_by_role("menuitem", name="Когда закончу разговор")).to_have_count(0)
    page.keyboard.press("Escape")
    page.evaluate("APP.sdk.setCallingStatus(true)")
    tool(page, "N0", "Отложить").click()
    page.get_by_role("menuitem", name="Когда закончу разговор").click()
    expect(page.locator(BAR)).to_contain_text("после разговора")
    page.evaluate("APP.sdk.setCallingStatus(false)")
    expect(row(page, "N0")).to_be_visible()


def test_a_refused_change_comes_back_where_it_was_and_says_why(fill, inbox):
    fill(3)
    page = inbox()
    page.route("**/inbox/done/", lambda route: route.fulfill(status=503, json={"detail": "Out of order"}))
    tool(page, "N1", "Готово").click()
    expect(page.locator(".nc-bad")).to_contain_text("Out of order")
    assert shown(page) == ["N2", "N1", "N0"]
