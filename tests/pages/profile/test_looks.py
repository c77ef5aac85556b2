"""How the profile looks, and what it tells."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.people import TELEPHONY

VIEWS = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}},
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("path", ["/profile/?provider=self&kind=call", "/accounts/logout/"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(product, page_as, person, view, path):
    page = page_as(person, path, **VIEWS[view])
    found = Axe().run(page.main_frame).response["violations"]
    serious = [(item["id"], [node["html"] for node in item["nodes"]]) for item in found if item["impact"] != "minor"]
    assert serious == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_mail_that_came_back_is_told_with_a_way_to_confirm_the_address(product, page_as, person):
    block = (
        f"from accounts.models import User; User.objects.filter(username={person!r}).update(mail_blocked='550 gone')"
    )
    product.manage("shell", "-c", block)
    page = page_as(person, f"/profile/?provider={TELEPHONY}&kind=call")
    expect(page.get_by_role("alert")).to_contain_text("они вернулись или отмечены там как спам")
    expect(page.get_by_role("alert")).not_to_contain_text("550 gone")
    expect(page.locator("#outcome .nc-page-line", has_text="E-mail")).to_contain_text("пока он не подтверждён")
    page.get_by_role("alert").get_by_role("button", name="Подтвердить адрес").click()
    page.wait_for_url("**/mail/confirm/**")
    assert len(product.wait_for_mail(f"{person}@")) == 1
