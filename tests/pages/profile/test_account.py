"""The account on the profile page: the name, the password, and what a test message says."""

import re

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.pages.connection import ONLINE
from tests.pages.profile.choices import box
from tests.people import PASSWORD
from tests.processes import PATIENCE

CHANGE = "/accounts/password_change/"
NEW = "quite-New-9"


def signs_in(product, person, password):
    with httpx.Client(base_url=product.base_url, timeout=PATIENCE) as client:
        client.get("/accounts/login/")
        form = {"username": person, "password": password, "csrfmiddlewaretoken": client.cookies["csrftoken"]}
        return client.post("/accounts/login/", data=form).status_code == 302


def change(page, old, new, again=None):
    page.goto(CHANGE)
    page.fill("[name=old_password]", old)
    page.fill("[name=new_password1]", new)
    page.fill("[name=new_password2]", again or new)
    page.get_by_role("main").get_by_role("button", name="Сохранить").click()


def test_the_name_is_shown_and_changed(profile, product, person):
    expect(box(profile, "first_name")).to_have_value(person.title())
    box(profile, "first_name").fill("Анна")
    box(profile, "last_name").fill("Соколова")
    profile.get_by_role("button", name="Сохранить").click()
    expect(profile.locator(".nc-who")).to_have_text("Анна Соколова")
    with product.host_api() as host:
        user = host.get(f"users/{person}/").json()
    assert (user["first_name"], user["last_name"]) == ("Анна", "Соколова")


def test_a_new_password_needs_the_old_one_and_ends_the_other_sessions(product, context_as, person):
    context, elsewhere = context_as(person), context_as(person).new_page()
    elsewhere.goto("/profile/")
    elsewhere.wait_for_function(ONLINE)
    page = context.new_page()
    change(page, "wrong", NEW)
    expect(page.get_by_role("alert")).to_have_text("Пароль неверный. Ничего не изменено.")
    change(page, PASSWORD, "12345678")
    expect(page.get_by_role("alert")).to_be_visible()
    assert not signs_in(product, person, "12345678")
    change(page, PASSWORD, NEW)
    expect(page.get_by_role("status").filter(has_text="Пароль изменён.")).to_be_visible()
    assert signs_in(product, person, NEW)
    page.reload()
    page.wait_for_function(ONLINE)
    expect(elsewhere.locator(".nc-bell.nc-signed-out")).to_be_visible()
    elsewhere.goto("/profile/")
    assert "/accounts/login/" in elsewhere.url
    [mail] = product.wait_for_mail(f"{person}@example.com")
    assert mail["Subject"] == "Ваш пароль изменён"


def test_without_javascript_the_password_is_changed_too(plain, product, person):
    plain.get_by_role("link", name="Сменить пароль").click()
    change(plain, PASSWORD, NEW)
    expect(plain.get_by_role("status").filter(has_text="Пароль изменён.")).to_be_visible()
    assert signs_in(product, person, NEW)


def test_wrong_passwords_count_against_the_limit_of_log_ins(product, person):
    with product.signed_in(person) as session:
        form = {"old_password": "wrong", "new_password1": NEW, "new_password2": NEW}
        answers = [session.post(CHANGE, data=form).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


def test_password_managers_are_led_to_the_page(product, person):
    with product.signed_in(person) as session:
        assert session.get("/.well-known/change-password").headers["Location"] == CHANGE


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_log_in_page_shows_the_password_on_demand(browser, product, scheme):
    context = browser.new_context(base_url=product.base_url, color_scheme=scheme)
    page = context.new_page()
    for path in ("/accounts/password_reset/", "/accounts/login/"):
        page.goto(path)
        assert Axe().run(page).response["violations"] == []
    page.fill("[name=password]", "what I typed")
    expect(page.locator("[name=password]")).to_have_attribute("type", "password")
    page.get_by_label("Показать пароль").check()
    expect(page.locator("[name=password]")).to_have_attribute("type", "text")
    page.get_by_label("Показать пароль").uncheck()
    expect(page.locator("[name=password]")).to_have_attribute("type", "password")
    page.get_by_role("link", name="Забыли пароль").click()
    expect(page).to_have_url(re.compile("/accounts/password_reset/$"))
    context.close()


def test_firefox_shows_the_password_too(product, firefox):
    firefox.open(f"{product.base_url}/accounts/login/")
    firefox.wait_for("document.querySelector('.nc-show-password:not([hidden])') !== null")
    firefox.evaluate("document.querySelector('.nc-show-password input').click()")
    assert firefox.evaluate("document.querySelector('[name=password]').type") == "text"


@pytest.mark.parametrize(
    ("channel", "says"), [("interface", "Раз вы это видите"), ("email", "если сообщение пришло и туда")]
)
def test_a_test_message_is_true_wherever_it_is_read(product, person, channel, says):
    with product.signed_in(person) as session:
        session.post("/profile/test/", data={"channel": channel})
    with product.user_api(person) as api:
        [item] = api.get("inbox/").json()["results"]
    assert says.lower() in item["body"]["rows"][0]["text"].lower()
