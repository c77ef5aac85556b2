"""The way in and out."""

import httpx
from playwright.sync_api import expect

from tests.people import PASSWORD
from tests.processes import PATIENCE


class TestTheDoor:
    def test_a_wrong_password_is_told_and_enter_submits_the_right_one(self, browser, product, person):
        context = browser.new_context(base_url=product.base_url)
        page = context.new_page()
        page.goto("/profile/")
        page.fill("[name=username]", person)
        page.fill("[name=password]", "wrong")
        page.press("[name=password]", "Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.locator("[name=username]")).to_have_value(person)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        expect(page.get_by_role("heading", name="Профиль", level=1)).to_be_visible()
        context.close()

    def test_a_link_to_the_way_out_asks_and_a_click_signs_out(self, profile, product):
        profile.goto("/accounts/logout/")
        profile.get_by_role("main").get_by_role("button", name="Выйти").click()
        expect(profile.locator("[name=username]")).to_be_visible()
        profile.goto("/profile/")
        assert "/accounts/login/" in profile.url

    def test_a_login_leads_nowhere_else(self, product, person):
        with httpx.Client(base_url=product.base_url, timeout=PATIENCE) as client:
            client.get("/accounts/login/")
            form = {"username": person, "password": PASSWORD, "next": "https://evil.example/"}
            form["csrfmiddlewaretoken"] = client.cookies["csrftoken"]
            answer = client.post("/accounts/login/", data=form, headers={"Referer": product.base_url})
        assert answer.headers["Location"] == "/"
