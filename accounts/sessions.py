"""Sessions in the database; one whose key changes leaves a trace, by which its open pages stay signed in."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

MOVED_TO = "moved_to"
TRACE_LIFETIME = timedelta(days=1)


class SessionStore(db.SessionStore):
    """Django's; ``cycle_key`` (a new password, a log-in) of a signed-in session leaves a trace for ``contents``."""

    def cycle_key(self) -> None:
        """Go on under a new key; the old one signs nobody in."""
        old, signed_in = self.session_key, SESSION_KEY in self
        super().cycle_key()
        if old and signed_in:
            trace = {"session_data": self.encode({MOVED_TO: self.session_key})}
            self.model.objects.create(session_key=old, expire_date=timezone.now() + TRACE_LIFETIME, **trace)


def contents(keys: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """What these sessions hold, by the key asked for; who moved is followed, who ended is absent. A query a move."""
    by_key: dict[str, Mapping[str, Any]] = {}
    present = {key: key for key in keys}
    while present:
        rows = _rows(present.values())
        by_key |= {key: rows[row_key] for key, row_key in present.items() if row_key in rows}
        present = {key: moved for key in present if (moved := _moved_to(by_key.get(key)))}
    return {key: content for key, content in by_key.items() if SESSION_KEY in content}


def _rows(keys: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    rows = SessionStore.get_model_class().objects.filter(session_key__in=set(keys), expire_date__gt=timezone.now())
    return {row.session_key: row.get_decoded() for row in rows}


def _moved_to(content: Mapping[str, Any] | None) -> str:
    return "" if content is None or SESSION_KEY in content else str(content.get(MOVED_TO, ""))
