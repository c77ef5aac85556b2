"""Finding: search, chips with counts, an address that keeps the filter, saved filters."""

import re

from playwright.sync_api import expect

from tests.pages.centre.conftest import IRINA, PAGE_ROW, row
from tests.processes import wait_until


def chip(page, name):
    return page.get_by_role("group", name="Фильтры").get_by_role("button", name=re.compile(f"^{name}"))


def fill_all(product, person):
    """Messages, an error, a call from a contact, and a missed one."""
    for number in range(3):
        product.publish(person, header=f"Deal {number}", text="Звонили с 8 (916) 111-22-33, <b>Ирина</b> ждёт")
    product.publish(person, kind="error", text="Line 3 is down")
    product.publish(person, kind="call", text="Входящий", element=IRINA, **{"from": "89991234567"})
    with product.provider_api() as provider:
        call = {"state": "missed", "recipients": [person], "from": "+79995556677"}
        provider.put(f"calls/{person}/", json=call).raise_for_status()


def test_a_chip_has_no_number_until_it_is_known(product, person, inbox):
    fill_all(product, person)
    page, asked = inbox(), []
    page.route("**/inbox/summary/*", lambda route: asked.append(route))
    page.reload()
    expect(page.locator(PAGE_ROW)).to_have_count(6)
    wait_until(lambda: page.wait_for_timeout(50) or len(asked) == 3, what="all questions")
    expect(chip(page, "Ошибки")).to_have_text(re.compile(r"^Ошибки\s*$"))
    for route in asked:
        route.continue_()
    expect(chip(page, "Ошибки")).to_have_text("Ошибки 1")


def test_search_by_name_word_and_number_marks_what_it_found(product, person, inbox):
    fill_all(product, person)
    page = inbox()
    expect(page.locator(PAGE_ROW)).to_have_count(6)
    field = page.get_by_role("main").get_by_role("searchbox")
    page.keyboard.press("/")
    page.keyboard.type("ирин")
    expect(page.locator(PAGE_ROW)).to_have_count(4)
    expect(row(page, "Deal 0").locator("mark")).to_have_text("Ирин")
    expect(row(page, "+7 999 123-45-67").locator("mark")).to_have_text("Ирин")
    expect(page.get_by_role("status").filter(has_text="Найдено")).to_have_text("Найдено: 4")
    assert page.url.endswith("q=%D0%B8%D1%80%D0%B8%D0%BD")
    field.fill("+7 916 111")
    expect(page.locator(PAGE_ROW)).to_have_count(3)
    assert re.sub(r"\D", "", row(page, "Deal 1").locator("mark").inner_text()) == "8916111"
    field.fill("123-45")
    expect(page.locator(PAGE_ROW)).to_have_count(1)
    expect(page.locator(f"{PAGE_ROW} .nc-number mark")).to_have_text("123-45")
    field.fill("nobody")
    expect(page.locator(".nc-empty")).to_contain_text("Ничего не нашлось")
    page.locator(".nc-empty").get_by_role("button", name="Убрать: «nobody»").click()
    expect(page.locator(PAGE_ROW)).to_have_count(6)


def test_chips_count_and_the_address_leads_back(product, person, inbox):
    fill_all(product, person)
    page = inbox()
    expect(chip(page, "Звонки")).to_contain_text("2")
    expect(chip(page, "Сообщения")).to_contain_text("3")
    expect(chip(page, "Пропущенные")).to_contain_text("1")
    chip(page, "Звонки").click()
    expect(page.locator(PAGE_ROW)).to_have_count(2)
    expect(chip(page, "Звонки")).to_have_attribute("aria-pressed", "true")
    chip(page, "Ошибки").click()
    expect(page.locator(PAGE_ROW)).to_have_count(3)
    page.get_by_label("Дата").select_option("yesterday")
    expect(page.locator(".nc-empty")).to_be_visible()
    page.get_by_label("Дата").select_option("today")
    expect(page.locator(PAGE_ROW)).to_have_count(3)
    page.get_by_label("Источник").select_option("telephony")
    chip(page, "Непрочитанные").click()
    address = page.url
    page.go_back()
    page.go_back()
    page.go_back()
    page.go_back()
    expect(chip(page, "Ошибки")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("Дата")).to_have_value("")
    page.goto(address)
    expect(page.locator(PAGE_ROW)).to_have_count(3)
    expect(page.get_by_label("Источник")).to_have_value("telephony")
    expect(page.get_by_label("Дата")).to_have_value("today")
    page.goto("/inbox/?missed=1&kind=call")
    expect(page.locator(PAGE_ROW)).to_have_count(1)


def test_a_filter_is_saved_as_a_tab_and_taken_away_again(product, person, inbox, user_api):
    fill_all(product, person)
    page = inbox("missed=1")
    page.get_by_role("button", name="Сохранить фильтр").click()
    page.get_by_label("Название вкладки").fill("Перезвонить")
    page.keyboard.press("Enter")
    tab = page.get_by_role("button", name="Перезвонить", exact=True)
    expect(tab).to_have_attribute("aria-pressed", "true")
    page.goto("/inbox/")
    expect(page.locator(PAGE_ROW)).to_have_count(6)
    tab.click()
    expect(page.locator(PAGE_ROW)).to_have_count(1)
    assert user_api(person).get("preferences/").json()["views"] == [{"name": "Перезвонить", "query": "missed=1"}]
    page.get_by_role("button", name="Убрать вкладку «Перезвонить»").click()
    expect(tab).to_have_count(0)


def test_what_comes_in_is_shown_only_where_it_belongs(product, person, inbox):
    page = inbox("kind=error")
    product.publish(person, header="A message", text="x")
    product.publish(person, kind="error", text="An error")
    expect(row(page, "An error")).to_be_visible()
    expect(row(page, "A message")).to_have_count(0)
    page = inbox("q=needle")
    product.publish(person, header="Needles", text="x")
    product.publish(person, header="Hay", text="x")
    expect(row(page, "Needles").locator("mark")).to_have_text("Needle")
    wait_until(lambda: page.locator(PAGE_ROW).count() == 1, what="only what was found")


def test_the_page_filters_and_searches_without_javascript(product, person, context_as):
    fill_all(product, person)
    page = context_as(person, java_script_enabled=False).new_page()
    page.goto("/inbox/?kind=message")
    page.get_by_role("main").get_by_role("searchbox").fill("deal")
    page.get_by_role("button", name="Найти").click()
    expect(page.locator(PAGE_ROW)).to_have_count(3)
    assert "kind=message" in page.url
    page.goto("/inbox/?kind=nonsense")
    expect(page.locator(PAGE_ROW)).to_have_count(6)
    page.get_by_role("link", name="Готовые").click()
    expect(page.locator(PAGE_ROW)).to_have_count(0)
