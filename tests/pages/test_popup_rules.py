"""Who stands where in the corner, who waits, and who may appear beside the open panel."""

import pytest
from playwright.sync_api import expect

from tests.pages.connection import ONLINE

POPUP = "#popups_inbox .popup-inbox .notification__item.notification-inner"


@pytest.fixture
def person(product):
    return product.new_person()


@pytest.fixture
def page(page_as, person):
    return page_as(person, "/profile/")


def show(page, kind, header, **params):
    method = {"message": "show_message", "error": "show_message_error", "call": "show_notification"}[kind]
    given = {"header": header, "text": "T", "type": kind, "timeout": 0, **params}
    page.evaluate("([method, params]) => APP.notifications[method](params)", [method, given])


def popup(page, text):
    return page.locator(POPUP, has_text=text)


def titles(page):
    """From the corner upwards, as they are seen."""
    tops = "(all) => all.map((popup) => [popup.getBoundingClientRect().top, popup.querySelector('strong').innerText])"
    return [title for _top, title in sorted(page.locator(POPUP).evaluate_all(tops), reverse=True)]


def test_calls_stand_nearest_to_the_corner_then_errors_then_the_rest(page):
    for kind, header in (("message", "M1"), ("error", "E1"), ("call", "C1"), ("message", "M2"), ("call", "C2")):
        show(page, kind, header)
    expect(page.locator(POPUP)).to_have_count(5)
    assert titles(page) == ["C1", "C2", "E1", "M1", "M2"]


def test_calls_are_never_pushed_out_and_all_of_them_are_visible(page):
    for number in range(6):
        show(page, "call", f"C{number}")
    show(page, "error", "E")
    show(page, "message", "M")
    expect(page.locator(POPUP)).to_have_count(6)
    expect(page.locator("#popups_inbox")).to_contain_text("Ещё 2")
    popup(page, "C0").get_by_role("button").first.click()
    popup(page, "C1").get_by_role("button").first.click()
    expect(popup(page, "E")).to_have_count(1)
    expect(popup(page, "M")).to_have_count(0)


def test_the_rest_is_opened_by_its_button(page):
    for number in range(8):
        show(page, "message", f"News {number}")
    page.locator("#popups_inbox").get_by_role("button", name="Ещё 3").click()
    expect(page.locator(POPUP)).to_have_count(8)


def test_close_all_closes_hidden_ones_too_remembers_errors_and_leaves_calls(page):
    show(page, "call", "Ringing")
    for number in range(7):
        show(page, "error", f"Broken {number}")
    page.locator("#popups_inbox").get_by_role("button", name="Закрыть все").click()
    expect(page.locator(POPUP)).to_have_count(1)
    expect(popup(page, "Ringing")).to_be_visible()
    page.reload()
    for number in range(7):
        show(page, "error", f"Broken {number}")
    show(page, "error", "Another")
    expect(page.locator(POPUP)).to_have_count(1)


def test_a_timeout_is_obeyed_and_zero_means_until_closed(context_as, person):
    page = context_as(person).new_page()
    page.clock.install()
    page.goto("/profile/")
    show(page, "message", "Short", timeout=2000)
    show(page, "call", "Short call", timeout=2000)
    show(page, "message", "For ever")
    expect(page.locator(POPUP)).to_have_count(3)
    page.clock.run_for(3000)
    expect(page.locator(POPUP)).to_have_count(1)
    page.clock.run_for(60_000)
    expect(popup(page, "For ever")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_beside_the_open_panel_only_calls_and_the_pages_own_appear(product, page_as, person, width):
    page = page_as(person, "/profile/", viewport={"width": width, "height": 844})
    page.wait_for_function(ONLINE)
    page.locator("button.nc-bell").click()
    panel = page.locator(".nc-panel")
    expect(panel).to_be_visible()
    product.publish(person, header="A message")
    expect(panel).to_contain_text("A message")
    product.publish(person, header="A call", kind="call")
    show(page, "message", "Own news")
    expect(page.locator(POPUP)).to_have_count(2)
    expect(popup(page, "A message")).to_have_count(0)
    boxes = [panel.bounding_box(), *(box.bounding_box() for box in page.locator(POPUP).all())]
    assert not any(overlap(boxes[0], box) for box in boxes[1:]), boxes


def overlap(one, other):
    beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
    above = one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
    return not beside and not above


def test_closing_a_popup_reaches_the_document_and_throws_nothing(page):
    page.evaluate("document.addEventListener('click', (event) => (window.heard = event.target.isConnected))")
    show(page, "message", "News")
    popup(page, "News").get_by_role("button").first.click()
    expect(page.locator(POPUP)).to_have_count(0)
    assert page.evaluate("window.heard") is False


def test_what_others_take_out_of_the_stack_stays_away(page):
    show(page, "message", "Theirs to remove")
    show(page, "message", "To stay")
    popup(page, "Theirs to remove").evaluate("(popup) => popup.remove()")
    show(page, "message", "Third")
    expect(page.locator(POPUP)).to_have_count(2)
    page.evaluate("document.getElementById('popups_inbox').remove()")
    expect(page.locator(POPUP)).to_have_count(2)


def test_a_contact_is_named_and_texts_stand_in_their_own_direction(product, page, person):
    page.wait_for_function(ONLINE)
    element = {"id": 7, "type": "contact", "name": "Ирина Петрова"}
    product.publish(person, header="שלום", text="مكالمة فائتة", kind="call", element=element)
    shown = popup(page, "Ирина Петрова")
    expect(shown.locator(".nc-entity a")).to_have_attribute("href", "/contacts/detail/7")
    assert shown.locator("strong").evaluate("(title) => getComputedStyle(title).direction") == "rtl"
    assert shown.locator(".nc-line").first.evaluate("(line) => getComputedStyle(line).direction") == "rtl"
    page.locator("button.nc-bell").click()
    row = page.locator(".nc-panel .nc-row")
    expect(row.locator(".nc-entity")).to_have_text("Ирина Петрова")
    assert row.locator("h3").evaluate("(title) => getComputedStyle(title).direction") == "rtl"


def test_lists_tables_and_lines_keep_apart(page):
    show(page, "message", "List", text="<ul><li>one</li><li>two</li></ul>")
    show(page, "message", "Table", text="<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>")
    show(page, "message", "Lines", text="first\nsecond")
    lines = "(text) => text.innerText.split('\\n').map((line) => line.replace(/\\s+/g, ' ').trim()).filter(Boolean)"
    expect(page.locator(POPUP)).to_have_count(3)
    assert popup(page, "List").locator(".nc-line").first.evaluate(lines) == ["• one", "• two"]
    assert popup(page, "Table").locator(".nc-line").first.evaluate(lines) == ["a b", "c"]
    assert popup(page, "Lines").locator(".nc-line").first.evaluate(lines) == ["first", "second"]


def test_a_zone_that_the_browser_does_not_know_leaves_the_list_whole(product, context_as, person):
    product.publish(person, header="Still there", date=1566922308)
    page = context_as(person).new_page()
    page.add_init_script(
        """const Format = Intl.DateTimeFormat;
        Intl.DateTimeFormat = function (language, shape) {
            if (shape?.timeZone) throw new RangeError('Invalid time zone');
            return new Format(language, shape);
        };"""
    )
    page.goto("/inbox/")
    expect(page.locator(".nc-row", has_text="Still there")).to_be_visible()
    show(page, "message", "Dated", date=1566922308)
    expect(popup(page, "Dated")).to_contain_text("2019")
