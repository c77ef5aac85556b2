"""How somebody's pages look, as a part of the preferences."""

from collections.abc import Mapping
from typing import Any

from accounts.models import PageSettings, User

FIELDS = ("views", "density", "popup_corner", "shortcuts")


def overview(user: User) -> dict[str, Any]:
    """Their choices, with the defaults where nothing was chosen."""
    return _values(_row(user))


def change(user: User, wanted: Mapping[str, Any]) -> list[str]:
    """Take over what is wanted, inside the caller's transaction; gives what this changed, as ``name=value``."""
    if not wanted:
        return []
    row = _row(user)
    before = _values(row)
    differing = {name: value for name, value in wanted.items() if value != before[name]}
    for name, value in differing.items():
        setattr(row, name, value)
    if differing:
        row.save()
    return [f"{name}={value}" for name, value in differing.items()]


def _row(user: User) -> PageSettings:
    return PageSettings.objects.filter(user=user).first() or PageSettings(user=user)


def _values(row: PageSettings) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FIELDS}
