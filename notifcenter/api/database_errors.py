"""Database errors that pass by themselves: it is away, busy or full. The caller may try again."""

import logging

from django.db import InterfaceError, OperationalError
from rest_framework.exceptions import APIException

logger = logging.getLogger(__name__)
FULL = ("SQLITE_FULL", "53100")
MISTAKES = ("SQLITE_ERROR", "SQLITE_TOOBIG", "SQLITE_RANGE", "42", "54")
"""Of a statement, such as too many parameters: they would fail again."""


class Unavailable(APIException):
    """503: nothing was stored, and the same call may work in a moment."""

    status_code = 503
    default_code = "unavailable"
    default_detail = "The database does not answer just now. Nothing was stored; try again in a few seconds."
    wait = 5


class DiskFull(Unavailable):
    """507: the disk is full."""

    status_code = 507
    default_code = "disk_full"
    default_detail = "The disk is full. Nothing was stored; try again once there is room."
    wait = 60


def as_unavailable(error: BaseException | None) -> Unavailable | None:
    """The 503 or 507 for a database error that passes; None for any other error."""
    if not isinstance(error, OperationalError | InterfaceError):
        return None
    code = getattr(error.__cause__, "sqlite_errorname", "") or getattr(error.__cause__, "sqlstate", "") or ""
    if code.startswith(MISTAKES):
        return None
    logger.warning("the database failed a request: %s", error)
    return DiskFull() if code in FULL else Unavailable()
