"""The fields of the profile page, and what they chose."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.people import TELEPHONY
from tests.product import Product

SAVE = "Сохранить"
EMAIL = f"channel.{TELEPHONY}.email"
MODE = f"mode.{TELEPHONY}"


def box(page: Page, name: str) -> Locator:
    """The field of that name."""
    return page.locator(f"[name='{name}']")


def master(page: Page) -> Locator:
    """The master switch."""
    return page.get_by_label("Получать уведомления")


def save(page: Page) -> None:
    """Click, and wait until it is confirmed."""
    page.get_by_role("button", name=SAVE).click()
    expect(page.get_by_role("status").filter(has_text="Сохранено.")).to_be_visible()


def preferences(product: Product, person: str) -> dict[str, Any]:
    """All that somebody chose."""
    with product.user_api(person) as api:
        return dict(api.get("preferences/").json())


def choices(product: Product, person: str, code: str = TELEPHONY) -> dict[str, Any]:
    """What they chose for a provider."""
    return next(dict(entry) for entry in preferences(product, person)["providers"] if entry["code"] == code)


def states(product: Product, person: str, notification: str) -> dict[str, str]:
    """What became of a notification, by channel."""
    with product.user_api(person) as api:
        rows = api.get(f"inbox/{notification}/deliveries/").json()["results"]
    return {row["channel"]: row["state"] for row in rows}
