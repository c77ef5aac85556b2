"""What asks for attention, a sound and the blinking title, comes from one tab only."""

import pytest
from playwright.sync_api import expect

from tests.pages.connection import ONLINE
from tests.processes import wait_until

POPUP = "#popups_inbox .notification__item.notification-inner"
COUNT_SOUNDS = """
const Audio = window.AudioContext;
window.AudioContext = class extends Audio {
    constructor() { super(); localStorage.setItem('sound-' + Math.random(), '') }
};
"""
SOUNDS = "Object.keys(localStorage).filter((key) => key.startsWith('sound-')).length"
NO_LOCKS = "delete Navigator.prototype.locks;"
HIDDEN = "Object.defineProperty(document, 'hidden', { configurable: true, value: true });"
COUNT_BLINKS = """(title) => { window.blinks = 0;
    setInterval(() => { window.blinks += document.title !== title }, 100) }"""
SEEN = (
    "Object.defineProperty(document, 'hidden', { value: false }); document.dispatchEvent(new Event('visibilitychange'))"
)


@pytest.fixture
def person(product):
    return product.new_person()


@pytest.fixture
def tabs(context_as, person):
    """Opens two tabs of one browser that somebody has used: browsers keep others silent."""

    def open_tabs(*scripts):
        context = context_as(person)
        for script in scripts:
            context.add_init_script(script)
        pages = [context.new_page() for _ in range(2)]
        for page in pages:
            page.goto("/sandbox/")
            page.wait_for_function(ONLINE)
            page.locator("h1").click()
        return pages

    return open_tabs


@pytest.mark.parametrize("scripts", [[], [NO_LOCKS]], ids=["a leader", "no web locks"])
def test_a_call_rings_in_one_of_two_tabs(product, person, tabs, scripts):
    pages = tabs(COUNT_SOUNDS, *scripts)
    for number in (1, 2):
        product.publish(person, kind="call", header=f"Call {number}")
        for page in pages:
            expect(page.locator(POPUP, has_text=f"Call {number}")).to_be_visible()
        pages[0].wait_for_function(f"(number) => {SOUNDS} >= number", arg=number)
    pages[0].wait_for_timeout(1000)
    assert pages[0].evaluate(SOUNDS) == 2


def test_a_message_makes_no_sound(product, person, tabs):
    pages = tabs(COUNT_SOUNDS)
    product.publish(person, header="News")
    for page in pages:
        expect(page.locator(POPUP, has_text="News")).to_be_visible()
    pages[0].wait_for_timeout(500)
    assert pages[0].evaluate(SOUNDS) == 0


@pytest.mark.parametrize("scripts", [[], [NO_LOCKS]], ids=["a leader", "no web locks"])
def test_the_title_of_one_hidden_tab_blinks_until_it_is_seen(product, person, tabs, scripts):
    pages = tabs(HIDDEN, *scripts)
    title = pages[0].title()
    for page in pages:
        page.evaluate(COUNT_BLINKS, title)
    product.publish(person, header="Look here")
    wait_until(lambda: blinking(pages), what="a title that blinks")
    pages[0].wait_for_timeout(2500)
    [page] = blinking(pages)
    page.evaluate(SEEN)
    assert page.title() == title
    page.evaluate("window.blinks = 0")
    page.wait_for_timeout(2500)
    assert blinking(pages) == []


def blinking(pages):
    """The tabs whose title has been another one since it was last asked to count."""
    return [page for page in pages if page.evaluate("window.blinks")]
