"""The links under a mail: one click, no log-in, and nothing that a link scanner could switch off."""

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.processes import PATIENCE, wait_until
from tests.product import Product


@pytest.fixture
def person(product: Product) -> str:
    return product.new_person(language="en")


def mailed(product: Product, person: str) -> Any:
    """A mail to them, fresh from the product."""
    before = len(product.mail(f"{person}@example.com"))
    product.publish(person, text="Hello", header="Greetings")
    return product.wait_for_mail(f"{person}@example.com", before + 1)[-1]


def link_under(mail: Any, words: str) -> str:
    found = re.search(rf"{re.escape(words)}: (\S+)", mail.get_body(("plain",)).get_content())
    assert found, words
    return found[1]


def choices(product: Product, person: str) -> dict[str, Any]:
    with product.user_api(person) as api:
        providers = api.get("preferences/").json()["providers"]
    return next(entry for entry in providers if entry["code"] == "telephony")


def last_state(product: Product, person: str) -> dict[str, Any]:
    product.publish(person, text="Next")
    with product.user_api(person) as api:
        newest = api.get("inbox/").json()["results"][0]["id"]
        states = api.get(f"inbox/{newest}/deliveries/").json()
    rows = states["results"] if isinstance(states, dict) else states
    return {row["channel"]: row["state"] for row in rows}


def test_one_post_of_a_mail_program_ends_a_providers_mail(product: Product, person: str) -> None:
    mail = mailed(product, person)
    link = mail["List-Unsubscribe"].strip("<>")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = httpx.post(link, content="List-Unsubscribe=One-Click", headers=form, timeout=PATIENCE)
    assert answer.status_code == 200
    assert choices(product, person)["channels"]["email"] is False
    assert last_state(product, person)["email"] == "skipped"
    assert httpx.post(link, timeout=PATIENCE).status_code == 200


def test_looking_at_the_link_changes_nothing(product: Product, person: str) -> None:
    link = mailed(product, person)["List-Unsubscribe"].strip("<>")
    assert httpx.get(link, timeout=PATIENCE).status_code == 200
    assert httpx.head(link, timeout=PATIENCE).status_code == 200
    assert choices(product, person)["channels"]["email"] is True


def test_a_changed_link_is_refused(product: Product, person: str) -> None:
    link = mailed(product, person)["List-Unsubscribe"].strip("<>")
    token = link.rstrip("/").rsplit("/", 1)[1]
    for wrong in (token[:-1], "x" + token, "nonsense"):
        assert httpx.post(link.replace(token, wrong), timeout=PATIENCE).status_code == 404
    assert choices(product, person)["channels"]["email"] is True


def test_people_see_a_page_press_one_button_and_may_undo_it(product: Product, person: str, browser: Browser) -> None:
    mail, name = mailed(product, person), choices(product, person)["name"]
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(link_under(mail, f"No mail from “{name}”"))
    page.get_by_role("button").click()
    expect(page.get_by_role("status")).to_have_text(f"You get no more mail from “{name}”.")
    assert choices(product, person)["channels"]["email"] is False
    page.get_by_role("button", name="Undo").click()
    wait_until(lambda: choices(product, person)["channels"]["email"], what="undone")
    page.context.close()


def test_once_a_day_instead_puts_the_next_one_into_the_digest(product: Product, person: str) -> None:
    httpx.post(link_under(mailed(product, person), "Once a day instead"), timeout=PATIENCE)
    assert choices(product, person)["email_mode"] == "daily"
    assert last_state(product, person)["email"] == "digest"


def test_no_mail_at_all_spares_the_finer_choices(product: Product, person: str) -> None:
    httpx.post(link_under(mailed(product, person), "No mail at all"), timeout=PATIENCE)
    assert last_state(product, person)["email"] == "skipped"
    assert choices(product, person)["channels"]["email"] is True
