"""The request id: taken or made at the door, kept with what was published, named by every process that handles it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

REQUEST_ID_MAX = 64
_safe = re.compile(rf"[A-Za-z0-9._-]{{1,{REQUEST_ID_MAX}}}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """The request id of what is being done here and now; empty outside of a request."""
    return _current.get()


def accepted(given: str) -> str:
    """The id that a caller gave, if it is one we can print; else a new one."""
    return given if _safe.fullmatch(given) else uuid4().hex


@contextmanager
def following(request_id: str) -> Iterator[None]:
    """What happens inside is done for this request."""
    token = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(token)
