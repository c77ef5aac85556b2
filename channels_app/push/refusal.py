"""The answer 403 of a push service: this device, or our key, is not allowed there."""

from channels_app.outbound import outcome
from channels_app.outbound.outcome import Answer
from notifcenter.channel import Outcome, Refused


class NotAllowed(Refused):
    """403: to ask again is in vain, and after a few times it says something about the device."""


def outcome_of(answer: Answer, host: str, *, gone: bool) -> Outcome:
    """What an answer means for the message; 403 as ``NotAllowed``."""
    return NotAllowed(answer.words) if answer.status == 403 else outcome.of_answer(answer, host, gone=gone)
