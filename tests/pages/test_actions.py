"""Actions in the page: pressed in a row or a popup, by mouse or keyboard, and shown to the others."""

import pytest
from playwright.sync_api import expect

from tests.notifcenter.actions.conftest import AGREE, READ_MORE, TAKE
from tests.pages.connection import ONLINE
from tests.processes import wait_until

POPUP = "#popups_inbox .notification__item"


@pytest.fixture
def people(product):
    return [product.new_person(first_name=name) for name in ("Анна", "Борис")]


def open_page(page_as, username, path="/inbox/"):
    page = page_as(username, path)
    wait_until(lambda: page.evaluate(ONLINE), what="a socket")
    return page


def test_who_presses_in_the_popup_has_it_and_the_others_see_it(product, page_as, people):
    anna, boris = (open_page(page_as, username) for username in people)
    product.publish(*people, kind="call", text="Линия 3", actions=[TAKE, READ_MORE])
    expect(anna.locator(POPUP).get_by_role("link", name="Подробнее")).to_have_attribute("href", "/leads/detail/7")
    anna.locator(POPUP).get_by_role("button", name="Перезвоню").click()
    expect(anna.locator(POPUP)).to_contain_text("Перезвоню: вы")
    expect(anna.locator(".nc-row")).to_contain_text("Перезвоню: вы")
    for place in (POPUP, ".nc-row"):
        expect(boris.locator(place)).to_contain_text("Перезвоню: Анна")
        expect(boris.locator(place).get_by_role("button", name="Перезвоню")).to_have_count(0)


def test_an_action_is_reached_and_pressed_by_keyboard(product, page_as, people):
    product.publish(people[0], kind="error", text="x", actions=[AGREE])
    page = open_page(page_as, people[0])
    row = page.locator(".nc-row")
    row.focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.action") == "agree":
            break
    page.keyboard.press("Enter")
    expect(row).to_contain_text("Согласен: вы")
    expect(row).to_be_focused()


def test_one_that_closes_takes_its_popup_away(product, page_as, people):
    page = open_page(page_as, people[0])
    product.publish(people[0], kind="call", text="x", actions=[TAKE | {"closes": True}])
    page.locator(POPUP).get_by_role("button", name="Перезвоню").click()
    expect(page.locator(POPUP)).to_have_count(0)
    expect(page.locator(".nc-row.nc-unread")).to_have_count(0)


def test_who_comes_too_late_is_told_who_has_it(product, page_as, people):
    pk = product.publish(*people, kind="error", text="x", actions=[TAKE])
    page = page_as(people[1], "/inbox/")

    def be_later(route):
        with product.user_api(people[0]) as api:
            assert api.post(f"inbox/{pk}/actions/take/").status_code == 200
        route.continue_()

    page.route("**/actions/take/", be_later)
    page.locator(".nc-row").get_by_role("button", name="Перезвоню").click()
    expect(page.get_by_role("alert").filter(has_text="Анна")).to_be_visible()
    expect(page.locator(".nc-row")).to_contain_text("Перезвоню: Анна")


def test_a_low_one_is_in_the_list_and_does_not_pop_up(product, page_as, people):
    page = open_page(page_as, people[0])
    product.publish(people[0], text="quiet", priority="low")
    product.publish(people[0], text="loud")
    expect(page.locator(POPUP, has_text="loud")).to_be_visible()
    expect(page.locator(POPUP, has_text="quiet")).to_have_count(0)
    expect(page.locator(".nc-row", has_text="quiet")).to_be_visible()


def test_widgets_give_actions_and_lose_only_what_cannot_be_used(product, page_as, people):
    page = open_page(page_as, people[0])
    warnings = []
    page.on("console", lambda message: warnings.append(message.text) if message.type == "warning" else None)
    actions = [AGREE, {"id": "No Good", "title": "x"}, {"id": "more", "title": "Ещё", "url": "javascript:alert(1)"}]
    page.evaluate(
        """([actions]) => new Promise((done, fail) => APP.notifications.add_error(
             {text: "x", actions, priority: "critical", category: "none"}, {done, fail}))""",
        [actions],
    )
    row = page.locator(".nc-row")
    expect(row.get_by_role("button", name="Согласен")).to_be_visible()
    expect(row.locator(".nc-action")).to_have_count(1)
    with product.user_api(people[0]) as api:
        item = api.get("inbox/").json()["results"][0]
    assert item["priority"] == "high"
    assert "category" not in item
    assert any("critical" in words for words in warnings)
    assert any("category" in words for words in warnings)
