"""The sandbox: each call with its parameters, the code to copy, and what happened on every channel."""

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.pages.connection import ONLINE

CALLS = ["show_message", "show_message_error", "show_notification", "add_call", "add_error"]
POPUP = "#popups_inbox .notification__item.notification-inner"


@pytest.fixture
def person(product):
    return product.new_person()


@pytest.fixture
def page(page_as, person):
    page = page_as(person, "/sandbox/")
    page.wait_for_function(ONLINE)
    return page


def section(page, call):
    return page.locator(f"[data-call={call}]")


def code(page, call, kind):
    return section(page, call).locator(f"[data-code={kind}]")


@pytest.mark.parametrize("call", CALLS)
def test_the_code_of_each_language_works_as_it_stands(product, page, person, call):
    given = {"curl": ["sh", "-c"], "python": [sys.executable, "-c"], "js": ["node", "--input-type=module", "-e"]}
    for kind, command in given.items():
        line = code(page, call, kind).inner_text() + (" --fail --silent" if kind == "curl" else "")
        environ = os.environ | {"TOKEN": product.provider_token, "NO_PROXY": "*"}
        done = subprocess.run([*command, line], capture_output=True, text=True, env=environ)
        assert done.returncode == 0, done.stderr
        assert re.search(r"\bid\b" if call.startswith("add_") else r"\bonline\W+1\b", done.stdout)


@pytest.mark.parametrize("call", CALLS)
def test_the_call_of_the_sdk_works_as_it_stands(page, call):
    page.evaluate(code(page, call, "sdk").inner_text())
    expect(page.locator(POPUP)).to_have_count(1)


def test_what_is_typed_stands_in_all_codes_at_once(page):
    section(page, "add_call").locator("[name=header]").fill("It's Anna")
    section(page, "add_call").locator("[name='element.id']").fill("")
    for kind in ("sdk", "curl", "python", "js"):
        expect(code(page, "add_call", kind)).to_contain_text("Anna")
        expect(code(page, "add_call", kind)).not_to_contain_text("element")


def test_a_run_tells_what_became_of_it_on_every_channel(page):
    section(page, "add_call").get_by_role("button", name="Выполнить").click()
    happened = section(page, "add_call").locator(".nc-happened")
    expect(happened.locator("dt")).to_have_text(["В интерфейсе", "E-mail", "На телефоне", "В браузере"])
    expect(happened.locator("dd").nth(1)).to_contain_text("отправлено")
    expect(happened.locator("dd").nth(3)).to_contain_text("устройств")


def test_a_run_that_fails_says_why(page):
    section(page, "add_call").locator("[name=text]").fill("")
    section(page, "add_call").get_by_role("button", name="Выполнить").click()
    expect(section(page, "add_call").locator(".nc-happened [data-ok=false]")).to_contain_text("text")


def test_the_copy_button_copies(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    section(page, "show_message").locator("[data-copy]").first.click()
    expect(section(page, "show_message").locator("[data-copy]").first).to_have_text("Скопировано")
    assert page.evaluate("navigator.clipboard.readText()") == code(page, "show_message", "sdk").inner_text()


def test_the_rest_of_the_sdk_can_be_asked(product, page, person):
    for button, answer in (("setCallingStatus(true)", "null"), ("getCallingStatus()", "true")):
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.locator("#status-answer")).to_have_text(answer)
    product.new_provider_token("listening", "--init-once")
    page.reload()
    page.locator("#listen-code").select_option("listening")
    page.locator("#listen button").click()
    pk = product.publish(person)
    expect(page.locator("#received")).to_contain_text(pk)
