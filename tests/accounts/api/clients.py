"""Callers of the API inside the test's own process."""

from typing import Any

from django.test import Client

from accounts.models import User
from accounts.tokens import mint_for_user, mint_management_token


class ApiClient:
    """Calls addresses under ``/api/v1/`` with one token, in JSON."""

    def __init__(self, token: str) -> None:
        self._client, self._headers = Client(), {"Authorization": f"Bearer {token}"}

    def call(self, method: str, path: str, document: Any = None) -> Any:
        """The response to one call."""
        options = {} if document is None else {"data": document, "content_type": "application/json"}
        return getattr(self._client, method)(f"/api/v1/{path}", headers=self._headers, **options)


def management() -> ApiClient:
    """A host application."""
    return ApiClient(mint_management_token("tests"))


def as_user(user: User) -> ApiClient:
    """A page with a user token."""
    return ApiClient(mint_for_user(user))
