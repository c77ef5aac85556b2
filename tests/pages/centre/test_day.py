"""A manager's whole day in the centre, mostly by keyboard, in both browsers."""

import json

import pytest

from tests.pages.widget_pages import Chromium, Driver, sign_in, wait_for

ROWS = "[...document.querySelectorAll('#inbox .nc-row')]"
ONLINE = "window[Symbol.for('notifcenter')]?.feed?.connection() === 'online' && !!document.querySelector('.nc-bulk')"
CALLS, ERRORS = 30, 5


@pytest.fixture(params=["chromium", "firefox"])
def driver(request, browser):
    """Each browser in turn."""
    if request.param == "firefox":
        yield request.getfixturevalue("firefox")
        return
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="ru-RU")
    yield Chromium(context.new_page())
    context.close()


def press(driver: Driver, *codes: str) -> None:
    """Keys by their place on the keyboard, with the letters of a Russian layout."""
    for code in codes:
        key = {"Escape": "Escape", "Enter": "Enter", "Slash": "/"}.get(code, "ы")
        driver.evaluate(
            "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
            f" {{code: {json.dumps(code)}, key: {json.dumps(key)}, bubbles: true, cancelable: true}}))"
        )


def has_rows(driver: Driver, count: int, text: str = "") -> None:
    """Wait until so many rows have a text."""
    wait_for(driver, f"{ROWS}.filter((row) => row.textContent.includes({json.dumps(text)})).length === {count}")


def focus(driver: Driver, text: str) -> None:
    """The row with a text, as by arrows."""
    driver.evaluate(f"{ROWS}.find((row) => row.textContent.includes({json.dumps(text)})).focus()")


def publish_the_day(product, person):
    """30 calls, some missed, and 5 errors, one of which came 40 times."""
    calls = []
    for number in range(CALLS):
        state = "missed" if number % 10 == 0 else "ended"
        call = {"state": state, "recipients": [person], "from": f"+7999123{number:04}", "text": f"Звонок {number}"}
        calls.append(call | ({} if state == "missed" else {"duration": 60 + number, "answered_by": person}))
    with product.provider_api() as provider:
        for number, call in enumerate(calls):
            provider.put(f"calls/{person}-{number}/", json=call).raise_for_status()
        for number in range(ERRORS):
            for _ in range(40 if number == 0 else 1):
                error = {"kind": "error", "recipients": [person], "text": f"Линия {number} молчит"}
                provider.post("notifications/", json=error).raise_for_status()


def test_a_managers_day(driver, product, person, user_api):
    publish_the_day(product, person)
    sign_in(driver, product, person, "/inbox/")
    wait_for(driver, ONLINE)
    has_rows(driver, 1, "×40")  # the storm is one row
    assert wait_for(driver, f"{ROWS}.length") == CALLS + ERRORS
    find_yesterdays_call_by_its_number(driver)
    take_what_was_missed(driver, product)
    do_all_but_the_storm(driver, product)
    counts = user_api(person).get("inbox/summary/", params={"state": "done"}).json()
    assert counts["by"]["kind"] == {"call": CALLS}


def find_yesterdays_call_by_its_number(driver):
    press(driver, "Slash")
    wait_for(driver, "document.activeElement.type === 'search'")
    driver.evaluate("document.execCommand('insertText', false, '8 (999) 123-00-17')")
    has_rows(driver, 1, "Звонок 17")
    wait_for(
        driver,
        f"{ROWS}.length === 1 && {ROWS}[0].querySelector('mark')?.textContent.replace(/\\D/g, '') === '9991230017'",
    )


def take_what_was_missed(driver, product):
    """She takes the first, and puts the next off; which she undoes."""
    open_list(driver, product, "missed=1")
    has_rows(driver, 3, "Пропущенный звонок")
    focus(driver, "Звонок 20")
    driver.evaluate("document.activeElement.querySelector('[data-action=take]').click()")
    has_rows(driver, 1, "Перезвоню: вы")
    press(driver, "KeyE")
    has_rows(driver, 2)
    wait_for(driver, "document.activeElement.classList.contains('nc-row')")
    press(driver, "KeyS")
    wait_for(driver, "document.activeElement.getAttribute('role') === 'menuitem'")
    driver.evaluate("document.activeElement.click()")
    has_rows(driver, 1)
    press(driver, "KeyZ")
    has_rows(driver, 2)


def do_all_but_the_storm(driver, product):
    """The storm is pinned until it is mended, all calls are done at once."""
    open_list(driver, product)
    has_rows(driver, 1, "×40")
    focus(driver, "×40")
    press(driver, "KeyP")
    wait_for(driver, f"{ROWS}[0].textContent.includes('×40') && document.querySelector('.nc-pinned') !== null")
    open_list(driver, product, "kind=call")
    has_rows(driver, CALLS - 1, "Звонок")
    driver.click("#select-all")
    wait_for(driver, f"document.querySelector('.nc-chosen').textContent === 'Выбраны все {CALLS - 1}'")
    focus(driver, "Звонок")
    press(driver, "KeyE")
    wait_for(driver, "document.querySelector('.nc-empty') !== null")
    open_list(driver, product)
    has_rows(driver, ERRORS, "молчит")


def open_list(driver, product, query=""):
    driver.open(f"{product.base_url}/inbox/?{query}")
    wait_for(driver, ONLINE)
