"""Selecting: a state of the list, whatever of it is drawn."""

import re

from playwright.sync_api import expect

from tests.pages.centre.conftest import BAR, PAGE_ROW, row
from tests.processes import wait_until

DRAWN = "document.querySelectorAll('.nc-row').length"


def box(page, text):
    return row(page, text).get_by_role("checkbox")


def test_all_that_match_are_selected_drawn_or_not(fill, inbox, titles, user_api, person):
    fill(230)
    fill(3, kind="error")
    page = inbox("kind=message")
    every = page.get_by_role("checkbox", name="Выбрать все")
    every.check()
    expect(page.locator(".nc-chosen")).to_have_text("Выбраны все 230")
    page.evaluate("""async () => {
        const end = () => [...document.querySelectorAll('.nc-row')].some((row) => row.textContent.includes('N0'));
        while (!end()) { scrollBy(0, 3000); await new Promise(requestAnimationFrame); }
    }""")
    expect(
        page.locator(PAGE_ROW, has=page.locator(".nc-title", has_text=re.compile("^N0$"))).get_by_role("checkbox")
    ).to_be_checked()
    expect(every).to_be_checked()
    page.locator(".nc-bulk").get_by_role("button", name="Готово", exact=True).click()
    expect(page.locator(BAR)).to_contain_text("Готово: 230")
    wait_until(lambda: len(titles()) == 3, what="only the errors left")
    page.locator(BAR).get_by_role("button", name="Отменить").click()
    expect(page.locator(PAGE_ROW).first).to_contain_text("N229")
    assert user_api(person).get("inbox/summary/?state=open").json()["total"] == 233


def test_a_selection_outlives_drawing_and_scrolling_and_one_can_be_left_out(product, person, fill, inbox, titles):
    fill(120)
    page = inbox()
    box(page, "N119").check()
    box(page, "N117").check()
    page.mouse.move(0, 0)
    product.publish(person, header="Later", text="x")
    page.locator("#inbox .nc-pill").click()  # the focus is in the list, which nothing pushes
    expect(row(page, "Later")).to_be_visible()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.evaluate("scrollTo(0, 0)")
    expect(box(page, "N119")).to_be_checked()
    expect(box(page, "Later")).not_to_be_checked()
    expect(page.locator(".nc-chosen")).to_have_text("Выбрано: 2")
    page.locator(".nc-bulk").get_by_role("button", name="Прочитано", exact=True).click()
    expect(page.locator(BAR)).to_contain_text("Прочитано: 2")
    expect(page.locator(".nc-chosen")).to_have_text("Выбрано: 2")
    page.locator(".nc-bulk").get_by_role("button", name="Удалить", exact=True).click()
    expect(page.locator(".nc-chosen")).to_have_text("")
    wait_until(lambda: titles()[:3] == ["Later", "N118", "N116"], what="deleted on the server")
    every = page.get_by_role("checkbox", name="Выбрать все")
    every.check()
    expect(page.locator(".nc-chosen")).to_have_text("Выбраны все 119")
    box(page, "Later").uncheck()
    expect(page.locator(".nc-chosen")).to_have_text(re.compile("Выбрано: "))
    assert every.evaluate("(every) => every.indeterminate")


def test_what_comes_in_after_all_were_selected_is_not_among_them(product, person, fill, inbox, titles):
    fill(3)
    page = inbox()
    page.get_by_role("checkbox", name="Выбрать все").check()
    expect(page.locator(".nc-chosen")).to_have_text("Выбраны все 3")
    page.mouse.move(0, 0)
    product.publish(person, header="Later", text="x")
    expect(page.locator(".nc-badge")).to_have_text("4")
    page.locator(".nc-bulk").get_by_role("button", name="Удалить", exact=True).click()
    wait_until(lambda: titles() == ["Later"], what="the later one left")
