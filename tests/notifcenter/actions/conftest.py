"""What the tests of actions share."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.product import Product

TAKE = {"id": "take", "title": "Перезвоню", "style": "primary", "exclusive": True}
AGREE = {"id": "agree", "title": "Согласен"}
SHUT = {"id": "shut", "title": "Закрыть", "closes": True}
READ_MORE = {"id": "more", "title": "Подробнее", "url": "/leads/detail/7"}


@pytest.fixture
def publish_on() -> Callable[..., str]:
    """Publishes an error with these actions on a product; gives the notification's id."""

    def publish(site: Product, recipients: list[str], *actions: dict[str, Any], **fields: Any) -> str:
        return site.publish(*recipients, kind="error", actions=list(actions), fold_key=False, **fields)

    return publish


@pytest.fixture
def press_on() -> Callable[..., httpx.Response]:
    """Presses an action as somebody; gives the answer."""

    def press(site: Product, username: str, pk: str, action: str) -> httpx.Response:
        with site.user_api(username) as api:
            return api.post(f"inbox/{pk}/actions/{action}/")

    return press
