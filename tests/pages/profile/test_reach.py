"""Time zones by their cities, and channels that cannot reach anybody yet."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.pages.profile.choices import box, preferences, save

DEVICE = {"channel": "mobile", "transport": "fcm", "token": "token-of-a-phone", "name": "Phone"}
WITHOUT_ADDRESS = "from accounts.models import User; User.objects.filter(username={name!r}).update(email='')"


def labels(page):
    return page.locator("[name=timezone] option").all_inner_texts()


def test_zones_are_named_by_their_cities_with_the_offset_and_ones_own_is_first(plain, product, person):
    options = labels(plain)
    assert options[0] == "Москва (UTC+3)"
    assert {"Екатеринбург (UTC+5)", "Калькутта (UTC+5:30)", "Гонолулу (UTC−10)", "UTC"} <= set(options)
    assert options[1:] == sorted(options[1:], key=lambda label: label.casefold().replace("ё", "е"))
    box(plain, "timezone").select_option(label="Екатеринбург (UTC+5)")
    save(plain)
    assert preferences(product, person)["digest"]["timezone"] == "Asia/Yekaterinburg"
    assert labels(plain)[:2] == ["Екатеринбург (UTC+5)", "Москва (UTC+3)"]


def test_another_name_of_a_zone_is_kept(page_as, product):
    person = product.new_person(timezone="Asia/Calcutta", language="en")
    page = page_as(person, "/profile/", java_script_enabled=False)
    assert labels(page)[0] == "Kolkata (UTC+5:30)"
    page.get_by_role("button", name="Save").click()
    assert preferences(product, person)["digest"]["timezone"] == "Asia/Calcutta"


@pytest.mark.parametrize(
    "view", [{}, {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}], ids=["light", "phone-dark"]
)
def test_a_channel_without_a_device_says_so_and_leads_to_where_one_is_added(page_as, product, view):
    person = product.new_person()
    product.manage("shell", "-c", WITHOUT_ADDRESS.format(name=person))
    page = page_as(person, "/profile/", **view)
    for channel, gap, part in (
        ("На телефоне", "нет устройства", "#devices"),
        ("В браузере", "нет устройства", "#devices"),
        ("E-mail", "нет адреса", "#account"),
    ):
        head = page.locator("#matrix thead th", has_text=channel)
        expect(head).to_contain_text(gap)
        head.get_by_role("link", name=f"Добавить: {channel}").click()
        expect(page.locator(part)).to_be_in_viewport()
    assert Axe().run(page).response["violations"] == []
    with product.user_api(person) as api:
        assert api.post("devices/", json=DEVICE | {"token": f"{DEVICE['token']}-{person}"}).status_code == 201
    page.reload()
    expect(page.locator("#matrix thead").get_by_role("link", name="Добавить: В браузере")).to_be_visible()
    expect(page.locator("#matrix thead").get_by_role("link", name="Добавить: На телефоне")).to_have_count(0)
