"""The centre with somebody in it: the panel behind the bell, and the inbox page."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page

from tests.pages.connection import ONLINE
from tests.product import Product

ROW = ".nc-row"
PAGE_ROW = "#inbox .nc-row"
BAR = ".nc-bar[role=status]"
IRINA = {"id": 41, "type": "contact", "name": "Ирина Петрова"}


@pytest.fixture
def person(product: Product) -> str:
    """Somebody with an empty centre."""
    return product.new_person()


@pytest.fixture
def fill(product: Product, person: str) -> Callable[..., None]:
    """Publishes that many messages, all before the page opens."""

    def publish(number: int, code: str = "telephony", **fields: object) -> None:
        given = {"kind": "message", "recipients": [person], "text": "x"}
        body = [given | {"header": f"N{i}"} | fields for i in range(number)]
        with product.provider_api(code) as provider:
            for at in range(0, number, 1000):
                assert provider.post("notifications/batch/", json=body[at : at + 1000]).status_code == 201

    return publish


@pytest.fixture
def panel(page_as: Callable[..., Page], person: str) -> Callable[..., Page]:
    """Opens the panel on a fresh page."""

    def open_panel(**options: object) -> Page:
        page = page_as(person, **options)
        page.wait_for_function(ONLINE)
        page.locator("button.nc-bell").click()
        page.locator(f".nc-panel :is({ROW}, .nc-empty)").first.wait_for()
        return page

    return open_panel


@pytest.fixture
def inbox(page_as: Callable[..., Page], person: str) -> Callable[..., Page]:
    """Opens the inbox page, live: ``inbox("q=Irina")``."""

    def open_inbox(query: str = "", **options: object) -> Page:
        page = page_as(person, f"/inbox/?{query}", **options)
        page.wait_for_function(ONLINE)
        page.locator("#inbox :is(.nc-pick, .nc-empty)").first.wait_for()
        return page

    return open_inbox


@pytest.fixture
def titles(product: Product, person: str) -> Iterator[Callable[..., list[str]]]:
    """What the server has in the centre, the newest first: ``titles(state="done")``."""
    with product.user_api(person) as mine:
        yield lambda **query: [
            item["body"]["title"] for item in mine.get("inbox/", params=query).raise_for_status().json()["results"]
        ]


def row(page: Page, text: str) -> Locator:
    """The row with a text."""
    return page.locator(ROW, has_text=text)


def tool(page: Page, text: str, name: str) -> Locator:
    """A button of a row, reached as by mouse."""
    row(page, text).hover()
    return row(page, text).get_by_role("button", name=name, exact=True)
