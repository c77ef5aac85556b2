"""The centre: the panel behind the bell, and the inbox page."""

from datetime import UTC, datetime

from playwright.sync_api import expect

from tests.pages.centre.conftest import ROW, row
from tests.processes import wait_until


def test_an_empty_centre_says_so_kindly(panel):
    expect(panel().locator(".nc-panel .nc-empty")).to_contain_text("Пока тихо")


def where_it_is_day():
    """A zone whose midnight is hours away."""
    return "UTC" if 3 < datetime.now(UTC).hour < 20 else "Asia/Tokyo"


def test_opening_reads_nothing_and_a_row_can_be_read_and_unread(host_api, person, panel, fill):
    host_api.put(f"users/{person}/", json={"timezone": where_it_is_day()})
    fill(3)
    page = panel()
    expect(page.locator(".nc-badge")).to_have_text("3")
    expect(page.locator(".nc-panel .nc-day")).to_have_text("Сегодня")
    row(page, "N1").hover()
    row(page, "N1").locator(".nc-mark").click()
    expect(page.locator(".nc-badge")).to_have_text("2")
    expect(row(page, "N1")).not_to_have_class("nc-unread")
    row(page, "N1").locator(".nc-mark").click()
    expect(page.locator(".nc-badge")).to_have_text("3")


def test_tabs_and_providers_filter_the_list(product, panel, fill):
    product.new_provider_token("other-source", "--name", "Another")
    fill(2)
    fill(1, "other-source")
    page = panel()
    expect(page.locator(ROW)).to_have_count(3)
    page.locator(".nc-from").select_option("other-source")
    expect(page.locator(ROW)).to_have_count(1)
    page.locator(ROW).hover()
    page.locator(f"{ROW} .nc-mark").click()
    expect(page.locator(".nc-badge")).to_have_text("2")
    page.locator(".nc-tab").nth(1).click()
    expect(page.locator(".nc-panel .nc-empty")).to_have_text("Всё прочитано.")
    page.locator(".nc-from").select_option("")
    expect(page.locator(ROW)).to_have_count(2)
    expect(page.locator(".nc-tab").nth(1)).to_contain_text("2")


def test_all_are_read_at_once_and_that_can_be_undone(panel, fill):
    fill(3)
    page = panel()
    page.locator(".nc-panel .nc-read-all").click()
    expect(page.locator(".nc-badge")).to_be_hidden()
    expect(page.locator(".nc-unread")).to_have_count(0)
    page.locator(".nc-bar button").click()
    expect(page.locator(".nc-badge")).to_have_text("3")
    expect(page.locator(".nc-unread")).to_have_count(3)


def test_a_deleted_row_comes_back_by_undo_and_is_gone_without(panel, titles, fill):
    fill(2)
    page = panel()
    for undone in (True, False):
        row(page, "N0").hover()
        row(page, "N0").locator(".nc-remove").click()
        expect(row(page, "N0")).to_have_count(0)
        if undone:
            page.locator(".nc-bar button").click()
            expect(row(page, "N0")).to_be_visible()
    page.reload()
    expect(page.locator(".nc-badge")).to_have_text("1")
    wait_until(lambda: titles() == ["N1"], what="the other one gone")


def test_what_is_read_goes_at_once_and_that_can_be_undone(panel, titles, fill):
    fill(3)
    page = panel()
    for name in ("N0", "N2"):
        row(page, name).hover()
        row(page, name).locator(".nc-mark").click()
    expect(page.locator(".nc-badge")).to_have_text("1")
    for undone in (True, False):
        page.locator(".nc-panel .nc-remove-read").click()
        expect(page.locator(ROW)).to_have_count(1)
        if undone:
            page.locator(".nc-bar button").click()
            expect(page.locator(ROW)).to_have_count(3)
    page.reload()
    wait_until(lambda: titles() == ["N1"], what="the read ones gone")


def test_a_change_that_fails_is_taken_back_and_says_why(panel, fill):
    fill(1)
    page = panel()
    page.route("**/inbox/read/", lambda route: route.fulfill(status=503, json={"detail": "Out of order"}))
    row(page, "N0").hover()
    row(page, "N0").locator(".nc-mark").click()
    expect(page.locator(".nc-bad")).to_contain_text("Out of order")
    expect(page.locator(".nc-unread")).to_have_count(1)


def test_a_list_that_does_not_load_says_so_and_tries_again(page_as, person, fill):
    fill(1)
    page = page_as(person)
    page.route("**/api/v1/inbox/?*", lambda route: route.abort())
    page.locator("button.nc-bell").click()
    expect(page.locator(".nc-panel .nc-note")).to_contain_text("сервер недоступен")
    page.unroute("**/api/v1/inbox/?*")
    page.locator(".nc-panel .nc-foot button").click()
    expect(row(page, "N0")).to_be_visible()


def test_new_items_do_not_push_what_is_being_read(product, panel, person, fill):
    fill(60)
    page = panel()
    page.locator(".nc-scroll").evaluate("(scroller) => scroller.scrollTo(0, 600)")
    product.publish(person, header="Fresh")
    pill = page.locator(".nc-panel .nc-pill")
    expect(pill).to_have_text("1 новое")
    expect(page.locator(".nc-panel .nc-row", has_text="Fresh")).to_have_count(0)
    pill.click()
    expect(page.locator(".nc-panel .nc-row").first).to_contain_text("Fresh")


def test_the_keyboard_does_everything(panel, fill):
    fill(3)
    page = panel()
    page.keyboard.press("j")
    expect(row(page, "N2")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(row(page, "N1")).to_be_focused()
    page.keyboard.press("m")
    expect(page.locator(".nc-badge")).to_have_text("2")
    page.keyboard.press("Delete")
    expect(row(page, "N1")).to_have_count(0)
    expect(row(page, "N0")).to_be_focused()
    page.keyboard.press("k")
    expect(row(page, "N2")).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Клавиши")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".nc-panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".nc-panel")).to_be_hidden()
    expect(page.locator(".nc-bell")).to_be_focused()


def test_enter_reads_and_goes(product, panel, person):
    product.publish(person, header="Lead", click_link="/profile/")
    page = panel()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/profile/")
    expect(page.locator(".nc-badge")).to_be_hidden()


def test_why_it_reached_me(panel, fill):
    fill(1)
    page = panel()
    row(page, "N0").hover()
    row(page, "N0").get_by_label("Подробно").click()
    expect(row(page, "N0").locator(".nc-why dt")).not_to_have_count(0)
