"""What the HTTP answer of somebody's service means for the message it was asked to take."""

import time
from collections.abc import Container, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from notifcenter.channel import LONGEST_WAIT_SECONDS, Gone, Outcome, Refused, TryLater

NOT_THIS_TIME = (408, 425, 429)
"""Statuses below 500 that ask to come again."""
WORDS_MAX = 300


class Forbidden(OSError):
    """The connection would have gone to an address that is not allowed."""

    def __init__(self) -> None:
        super().__init__("This does not lead to an address of the open internet")


@dataclass(frozen=True)
class Answer:
    """What came back: ``text`` is at most the first 4 KB, ``retry_after`` in seconds, None where it did not say."""

    status: int
    text: str = ""
    retry_after: float | None = None

    @property
    def words(self) -> str:
        """The status and the beginning of the text, on one line."""
        return f"HTTP {self.status}: {' '.join(self.text.split())[:WORDS_MAX]}".rstrip(": ")


def of_answer(
    answer: Answer, host: str, *, gone: bool, refusals_are_final: bool = True, of_the_host: Container[int] = ()
) -> Outcome:
    """What became of the message: any 2xx is success, also for who follows no redirects.

    ``host``: whose trouble a failure of the service as a whole is, which statuses from 500 and those ``of_the_host``
    tell; ``gone``: whether this answer says that the address is dead.
    """
    if 200 <= answer.status < 300:
        return None
    if gone:
        return Gone(answer.words)
    if answer.status >= 500 or answer.status == 408 or answer.status in of_the_host:
        return TryLater(answer.words, answer.retry_after, host)
    if answer.status in NOT_THIS_TIME or not refusals_are_final:
        return TryLater(answer.words, answer.retry_after)
    return Refused(answer.words)


def retry_after(text: str, *, now: float) -> float | None:
    """Seconds to wait, from a Retry-After header: ASCII digits or an HTTP date; None where it is neither.

    At least 0 and a day at most. ``now`` in Unix seconds is what a date is compared with.
    """
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_WAIT_SECONDS)
    moment = _unix_seconds(text)
    return None if moment is None else min(max(0.0, moment - now), LONGEST_WAIT_SECONDS)


def reference_time(headers: Mapping[str, str]) -> float:
    """The time by the clock that wrote these headers, in Unix seconds; ours where they do not say."""
    moment = _unix_seconds(headers.get("Date", ""))
    return time.time() if moment is None else moment


def _unix_seconds(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
