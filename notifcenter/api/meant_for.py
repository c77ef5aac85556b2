"""Whom a write is meant for: a tab that one person left open changes nothing of the next one."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from notifcenter.api.exceptions import Conflict

HEADER, FIELD = "X-Notifcenter-User", "notifcenter_user"
READING = ("GET", "HEAD", "OPTIONS", "TRACE")
DETAIL = "This is meant for somebody else than who is signed in now."
MEANT_FOR = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, description="The id of the user it is meant for; 409 where it is another."
)


def check_meant_for(request: Any, user: Any) -> None:
    """Look at the header of a call by user token; raises Conflict where it names somebody else."""
    named = request.headers.get(HEADER)
    if request.method not in READING and named and named != str(user.pk):
        raise Conflict(DETAIL)
