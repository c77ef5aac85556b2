"""How the centre looks in each of its states: nothing that axe minds, and pictures of all for people to look at."""

import pytest
from playwright.sync_api import expect

from tests.pages.centre.conftest import IRINA, PAGE_ROW, row, tool
from tests.pages.pictures import VIEWS, look


@pytest.fixture
def day(product, person):
    """What a manager has on a screen."""
    for number in range(9):
        product.publish(person, header=f"Сделка {number}", text="Клиент просит перезвонить завтра до обеда. " * 3)
    product.publish(person, kind="call", text="+79161112233")
    with product.provider_api() as provider:
        for _ in range(4):
            error = {"kind": "error", "recipients": [person], "text": "Линия 3 не отвечает: SIP 503"}
            provider.post("notifications/", json=error).raise_for_status()
        for name, more in {
            "missed": {},
            "ended": {"duration": 65, "link": "https://records.example.com/1.mp3"},
        }.items():
            call = {"state": name, "recipients": [person], "from": "+79995556677", "answered_by": person} | more
            call = {key: value for key, value in call.items() if name == "ended" or key != "answered_by"}
            provider.put(f"calls/{person}-{name}/", json=call).raise_for_status()
    product.publish(person, kind="call", text="Входящий", element=IRINA, **{"from": "89991234567"})


def states(page):
    """The name of each state, once the page is in it."""
    expect(page.locator(PAGE_ROW)).to_have_count(14)
    yield "list"
    row(page, "Сделка 7").hover()
    row(page, "Сделка 7").get_by_role("button", name="Закрепить").click()
    expect(page.locator(".nc-day").first).to_have_text("Закреплённые")
    tool(page, "Сделка 6", "Подробно: текст целиком и как это до меня дошло").click()
    expect(page.locator(".nc-why dt").first).to_be_visible()
    yield "pinned-and-unfolded"
    page.get_by_role("checkbox", name="Выбрать все").check()
    page.locator(".nc-bulk").get_by_role("button", name="Отложить").click()
    expect(page.get_by_role("menu")).to_be_visible()
    yield "selected-and-snoozing"
    page.keyboard.press("Escape")
    page.locator("button.nc-bell").click()
    expect(page.locator(".nc-panel .nc-row")).to_have_count(14)
    page.evaluate("APP.notifications.show_notification({text: {header: 'Звонок', text: '+79991112233'}, type: 'call'})")
    expect(page.locator(".nc-popup")).to_have_count(1)
    yield "panel"
    page.keyboard.press("Escape")
    page.goto("/inbox/?q=сделка&kind=message")
    expect(page.locator(f"{PAGE_ROW} mark").first).to_be_visible()
    yield "found"
    page.goto("/inbox/?q=nobody&unread=1")
    expect(page.locator(".nc-drop button")).to_have_count(2)
    yield "nothing-found"


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_in_any_state_and_nothing_is_wider_than_the_screen(day, inbox, view):
    page = inbox(reduced_motion="reduce", **VIEWS[view])
    for name in phone_states(page) if "phone" in view else states(page):
        look(page, f"centre-{name}", view)


def phone_states(page):
    """As a finger reaches them."""
    expect(page.locator(PAGE_ROW)).to_have_count(14)
    yield "list"
    row(page, "Ирина Петрова").get_by_label("Что можно сделать").tap()
    yield "tools"
    row(page, "Ирина Петрова").get_by_role("button", name="Отложить").tap()
    yield "snoozing"
    page.keyboard.press("Escape")
    page.locator("button.nc-bell").tap()
    expect(page.locator(".nc-panel .nc-row")).to_have_count(14)
    yield "panel"
