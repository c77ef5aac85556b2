"""The inbox page: in step with other tabs, without JavaScript, and with very many items."""

from playwright.sync_api import expect

from tests.pages.centre.conftest import ROW, row
from tests.pages.connection import ONLINE
from tests.processes import wait_until


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
    expect(shown).to_have_text("Входящие")
    page.locator("#inbox .nc-toolbar").get_by_role("link", name="Непрочитанные").click()
    expect(shown).to_have_text("Непрочитанные")
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
