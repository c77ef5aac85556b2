"""What a call's notification says: its content and details, made from what its events told so far."""

import html
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model

from notifcenter import usernames
from notifcenter.calls.state import CallProgress
from notifcenter.inbox import presses
from notifcenter.models import CallState

TAKE = {"id": presses.TAKE, "title": "Перезвоню", "style": "primary", "exclusive": True, "closes": False}
DETAILS = ("from", "to", "element", "duration", "link")


def text(progress: CallProgress) -> str:
    """What was given as the text, else who is calling."""
    content = progress.content
    return str(content.get("text") or html.escape(_who(content), quote=False))


def details(call_id: str, progress: CallProgress, started_at: datetime, known: Mapping[str, Any]) -> dict[str, Any]:
    """The details of the notification; of those ``known`` before, who was found to be calling and the action stay."""
    content = progress.content
    given = {name: content[name] for name in DETAILS if name in content}
    caller = known.get("caller")
    if caller and "element" not in given and caller["number"] == given.get("from"):
        given["caller"] = caller
    if progress.state == CallState.MISSED:
        given["actions"] = known.get("actions") or [TAKE]
    return given | {"call": _call(call_id, progress, started_at)}


def _call(call_id: str, progress: CallProgress, started_at: datetime) -> dict[str, Any]:
    content = progress.content
    return {
        "id": call_id,
        "state": progress.state.value,
        "from": content.get("from"),
        "to": content.get("to"),
        "answered_by": _person(content.get("answered_by")),
        "duration": content.get("duration"),
        "recording": content.get("link"),
        "started_at": int(started_at.timestamp()),
    }


def _person(pk: int | None) -> dict[str, Any] | None:
    """Their name as it is now; None where nobody is known to have answered, or they are gone."""
    user = get_user_model().objects.filter(pk=pk).first() if pk is not None else None
    return {"id": user.pk, "name": usernames.display_name(user)} if user else None


def _who(content: Mapping[str, Any]) -> str:
    name = content.get("element", {}).get("name")
    return str(content.get("from") or name or content.get("to") or "—")
