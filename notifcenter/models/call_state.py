"""The states of a call of a telephone exchange."""

from collections.abc import Mapping
from typing import Any

from django.db import models


class CallState(models.TextChoices):
    """The states of a call, each further than the one before."""

    RINGING = "ringing"
    MISSED = "missed"
    ANSWERED = "answered"
    ENDED = "ended"


OVER = (CallState.ANSWERED, CallState.ENDED)
"""The states in which a call asks nobody for anything: the items are read."""


def state_in(details: Mapping[str, Any]) -> str | None:
    """The state of the call that a notification's details are about; None where it is no call of an exchange."""
    state: str | None = details.get("call", {}).get("state")
    return state
