"""What the tests of the profile share."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page


@pytest.fixture
def profile(page_as: Callable[..., Page], person: str) -> Page:
    """The profile of somebody whom no other test knows; a breach of the content policy fails the test."""
    page = page_as(person, "/profile/")
    page.on("console", lambda message: _fail_on_policy(message.text))
    page.wait_for_function("document.querySelector('#save-bar button').disabled")
    return page


@pytest.fixture
def plain(context_as: Callable[..., BrowserContext], person: str) -> Page:
    """The same without JavaScript."""
    page = context_as(person, java_script_enabled=False).new_page()
    page.goto("/profile/")
    return page


def _fail_on_policy(text: str) -> None:
    assert "Content Security Policy" not in text, text
