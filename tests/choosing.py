"""Choosing on behalf of a person, as ``PATCH preferences/`` would, without a request."""

from datetime import datetime
from typing import Any

from accounts.api.preference_fields import changes_in
from accounts.models import User
from accounts.preferences.changes import change
from accounts.preferences.overview import overview


def choose(user: User, body: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Take over what a body of ``PATCH preferences/`` asks for at that time; gives all choices."""
    change(user, changes_in(body), now)
    return overview(user)
