"""What passes by itself: a database that is away, busy or full. Who called may try again."""

import logging

from django.db import InterfaceError, OperationalError
from rest_framework.exceptions import APIException

logger = logging.getLogger(__name__)
FULL = ("SQLITE_FULL", "53100")


class Outage(APIException):
    """503: nothing was stored, and the same call may work in a moment."""

    status_code = 503
    default_detail = "The database does not answer just now. Nothing was stored; try again in a few seconds."
    wait = 5


class NoRoom(Outage):
    """507: the disk is full."""

    status_code = 507
    default_detail = "The disk is full. Nothing was stored; try again once there is room."
    wait = 60


def of(error: BaseException | None) -> Outage | None:
    """The outage behind an error, if it is one that passes."""
    if not isinstance(error, OperationalError | InterfaceError):
        return None
    logger.warning("the database failed a request: %s", error)
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorname", "") or getattr(cause, "sqlstate", "")
    return NoRoom() if code in FULL else Outage()
