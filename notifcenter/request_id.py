"""The request id: given by the caller or generated, stored with publications, and in every log line about them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

REQUEST_ID_MAX = 64
_safe = re.compile(rf"[A-Za-z0-9._-]{{1,{REQUEST_ID_MAX}}}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """The id of the request being handled in this context; empty outside of a request."""
    return _current.get()


def accepted(given: str) -> str:
    """The caller's id if it is safe to print, else a new one."""
    return given if _safe.fullmatch(given) else uuid4().hex


@contextmanager
def following(request_id: str) -> Iterator[None]:
    """Set the request id for the block."""
    token = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(token)
