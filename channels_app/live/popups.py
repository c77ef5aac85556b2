"""Popups: shown on the recipients' open pages, stored nowhere, sent nowhere else."""

from collections.abc import Collection
from typing import Any

from channels_app.live import announce, presence


def show(method: str, params: dict[str, Any], people: Collection[int]) -> int:
    """Show a popup on every open page of these people; gives how many of them have a page open."""
    announce.frame({"type": "popup", "method": method, "params": params}, people)
    return len(presence.online(people))
