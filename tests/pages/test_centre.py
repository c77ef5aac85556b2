"""The centre: the panel behind the bell, and the inbox page."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.pages.connection import ONLINE
from tests.processes import wait_until

ROW = ".nc-row"


@pytest.fixture
def person(product):
    return product.new_person()


@pytest.fixture
def fill(product, person):
    """Publishes that many messages, all before the page opens."""

    def publish(number, code="telephony"):
        body = [{"kind": "message", "recipients": [person], "text": "x", "header": f"N{i}"} for i in range(number)]
        with product.provider_api(code) as provider:
            for at in range(0, number, 1000):
                assert provider.post("notifications/batch/", json=body[at : at + 1000]).status_code == 201

    return publish


@pytest.fixture
def panel(page_as, person):
    """Opens the panel on a fresh page."""

    def open_panel(**options):
        page = page_as(person, **options)
        page.wait_for_function(ONLINE)
        page.locator(".nc-bell").click()
        page.locator(f".nc-panel :is({ROW}, .nc-empty)").first.wait_for()
        return page

    return open_panel


def row(page, text):
    return page.locator(f"{ROW}", has_text=text)


def test_an_empty_centre_says_so_kindly(panel):
    expect(panel().locator(".nc-panel .nc-empty")).to_contain_text("Пока тихо")


@pytest.fixture
def titles(product, person):
    """What the server has in the centre, the newest first."""
    with product.user_api(person) as mine:
        yield lambda: [item["body"]["title"] for item in mine.get("inbox/").json()["results"]]


def where_it_is_day():
    """A zone whose midnight is hours away."""
    return "UTC" if 3 < datetime.now(UTC).hour < 20 else "Asia/Tokyo"


def test_opening_reads_nothing_and_a_row_can_be_read_and_unread(host_api, person, panel, fill):
    host_api.put(f"users/{person}/", json={"timezone": where_it_is_day()})
    fill(3)
    page = panel()
    expect(page.locator(".nc-badge")).to_have_text("3")
    expect(page.locator(".nc-day")).to_have_text("Сегодня")
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
    page.locator(".nc-bell").click()
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
    expect(page.locator(".nc-panel .nc-keys")).to_be_visible()
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


def test_tabs_of_one_person_stay_in_step(context_as, product, person, fill):
    fill(2)
    context, other = context_as(person), context_as(person)
    pages = [context.new_page(), context.new_page(), other.new_page()]
    for page in pages:
        page.goto("/inbox/")
        page.wait_for_function(ONLINE)
        expect(page.locator(f"{ROW} .nc-select")).to_have_count(2)
    row(pages[0], "N0").hover()
    row(pages[0], "N0").locator(".nc-mark").click()
    for page in pages:
        expect(page.locator(".nc-badge")).to_have_text("1")
        expect(page.locator("#inbox .nc-unread")).to_have_count(1)


def test_why_it_reached_me(panel, fill):
    fill(1)
    page = panel()
    row(page, "N0").hover()
    row(page, "N0").get_by_label("Как это до меня дошло").click()
    expect(row(page, "N0").locator(".nc-why dt")).not_to_have_count(0)


def test_many_at_once_on_the_inbox_page(page_as, person, titles, fill):
    fill(4)
    page = page_as(person, "/inbox/")
    for text in ("N0", "N1"):
        row(page, text).locator(".nc-select").check()
    bulk = page.locator(".nc-bulk button")
    bulk.nth(0).click()
    expect(page.locator(".nc-badge")).to_have_text("2")
    bulk.nth(2).click()
    expect(page.locator(ROW)).to_have_count(2)
    page.goto("/profile/")
    wait_until(lambda: titles() == ["N3", "N2"], what="the chosen ones gone")


def test_the_inbox_page_is_there_without_javascript(context_as, person, fill):
    fill(60)
    page = context_as(person, java_script_enabled=False).new_page()
    page.goto("/inbox/")
    expect(page.locator("#inbox .nc-row")).to_have_count(50)
    page.get_by_role("link", name="Раньше").or_(page.get_by_role("link", name="Older")).click()
    expect(page.locator("#inbox .nc-row")).to_have_count(10)


def test_without_javascript_the_inbox_page_says_which_list_it_shows(context_as, person, fill):
    fill(2)
    page = context_as(person, java_script_enabled=False).new_page()
    page.goto("/inbox/")
    shown = page.locator("#inbox [aria-current]")
    expect(shown).to_have_text(re.compile("Все|All"))
    page.locator("#inbox .nc-toolbar a:not([aria-current])").click()
    expect(shown).to_have_text(re.compile("Непрочитанные|Unread"))
    expect(page.locator("#inbox .nc-row")).to_have_count(2)


def test_ten_thousand_items_scroll_smoothly(page_as, person, fill):
    fill(10_000)
    page = page_as(person, "/inbox/")
    page.locator(f"{ROW} .nc-select").first.wait_for()
    page.evaluate(
        """async () => {
            const titles = () => [...document.querySelectorAll('.nc-row .nc-title')].map((title) => title.textContent);
            while (!titles().includes('N0')) { scrollBy(0, 4000); await new Promise(requestAnimationFrame); }
        }"""
    )
    wait_until(lambda: usual_frame(page, -300) < max(50, 2 * usual_frame(page, 0)), 300, "a smooth stretch")
    assert page.locator(ROW).count() < 300


def usual_frame(page, step):
    """The milliseconds between two frames, half of them take longer, while the page scrolls by so much in each."""
    return page.evaluate(
        """async (step) => {
            const frame = () => new Promise(requestAnimationFrame), frames = [];
            for (let last = await frame(), now; frames.length < 120; last = now) {
                scrollBy(0, step); now = await frame(); frames.push(now - last);
            }
            return frames.sort((a, b) => a - b)[60];
        }""",
        step,
    )
