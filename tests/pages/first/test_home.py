"""The first minutes: where one arrives, what an empty inbox suggests, where the links of the demo lead."""

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.people import ADMIN
from tests.processes import PATIENCE

STEPS = {
    "Включить push-уведомления": "#devices",
    "Отправить себе проверочное уведомление": "#part-test",
    "Выбрать, что куда приходит": "#part-providers",
}
PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def session(product, person):
    with product.signed_in(person) as client:
        yield client


@pytest.fixture
def api(product, person):
    return product.user_api(person)


def hits(page):
    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_one_arrives_in_an_empty_inbox_that_says_what_to_do_next(page_as, person, scheme):
    page = page_as(person, "/", color_scheme=scheme, **PHONE)
    empty = page.locator("#inbox .nc-empty")
    for words, part in STEPS.items():
        link = empty.get_by_role("link", name=words)
        expect(link).to_have_attribute("href", f"{page.url}profile/{part}")
    assert hits(page) == []
    for part in STEPS.values():
        page.goto(f"/profile/{part}")
        expect(page.locator(part)).to_be_in_viewport()


def test_without_javascript_the_same_steps_and_the_bell_with_its_number(context_as, product, person):
    page = context_as(person, java_script_enabled=False).new_page()
    page.goto("/")
    for words, part in STEPS.items():
        expect(page.locator(".nc-empty").get_by_role("link", name=words)).to_have_attribute("href", f"/profile/{part}")
    bell = page.locator("[data-notifcenter-bell] a")
    expect(bell).to_have_accessible_name("Уведомления: непрочитанных нет")
    expect(bell.locator("svg")).to_be_visible()
    expect(bell.locator(".nc-badge")).to_be_hidden()
    for _ in range(2):
        product.publish(person)
    page.reload()
    expect(bell).to_have_accessible_name("2 непрочитанных уведомления")
    expect(bell.locator(".nc-badge")).to_have_text("2")
    bell.click()
    expect(page.locator("article.nc-row")).to_have_count(2)


def test_the_start_page_is_the_inbox_in_firefox_too(product, firefox, person):
    firefox.open(f"{product.base_url}/accounts/login/?next=/")
    firefox.wait_for("document.readyState === 'complete'")
    firefox.evaluate(f"document.querySelector('[name=username]').value = '{person}'")
    firefox.evaluate("document.querySelector('[name=password]').value = 'demo'")
    firefox.evaluate("document.querySelector('form').requestSubmit()")
    firefox.wait_for("document.querySelectorAll('#inbox .nc-empty a').length === 3")
    assert firefox.evaluate("location.pathname") == "/"


@pytest.mark.parametrize(
    ("kind", "path"), [("contact", "/contacts/detail"), ("lead", "/leads/detail"), ("company", "/companies/detail")]
)
def test_a_link_of_the_demo_leads_to_a_card(product, session, person, kind, path):
    product.publish(person, kind="call", element={"id": 71, "type": kind, "name": "Вера <Холодная>"})
    assert "Вера &lt;Холодная&gt;</h1>" in session.get(f"{path}/71").text
    assert "Вера" not in session.get(f"{path}/72").text
    other = "/leads/detail" if kind == "contact" else "/contacts/detail"
    assert "Вера" not in session.get(f"{other}/71").text


def test_a_card_does_not_say_what_only_others_were_sent(product, session):
    product.publish(product.new_person(), kind="call", element={"id": 73, "type": "contact", "name": "Вера"})
    assert "Вера" not in session.get("/contacts/detail/73").text


@pytest.mark.parametrize("query", ["+79991234567", "%2B79991234567", "+7%20999%20123-45-67"])
def test_the_card_of_a_new_contact_has_its_number(session, query):
    page = session.get(f"/contacts/add/?phone={query}").text
    assert '<a href="tel:+79991234567">+7 999 123-45-67</a>' in page


def test_the_sandbox_is_linked_in_demo_mode(session):
    assert 'href="/sandbox/"' in session.get("/").text


def test_outside_demo_mode_there_are_no_cards_and_only_staff_see_the_way_to_the_sandbox(production):
    with production.signed_in(production.new_person()) as client:
        assert [client.get(path).status_code for path in ("/contacts/detail/1", "/contacts/add/")] == [404, 404]
        assert 'href="/sandbox/"' not in client.get("/").text
    with production.signed_in(ADMIN) as staff:
        assert 'href="/sandbox/"' in staff.get("/").text


def test_browsers_that_ask_for_an_icon_by_themselves_get_one(product):
    answer = httpx.get(f"{product.base_url}/favicon.ico", timeout=PATIENCE)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/x-icon"
    assert answer.content[:4] == b"\0\0\1\0"
