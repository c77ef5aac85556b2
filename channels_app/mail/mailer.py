"""Sending mails over one kept connection; failures are raised as outcomes of the attempt."""

import re
import smtplib
import threading
import time
from functools import cache
from types import ModuleType, TracebackType
from typing import Any, Self

from django.conf import settings
from django.core.mail import get_connection

from accounts.mail_address import Unwritable
from channels_app.mail.message import Mail
from channels_app.outbound import outcome
from channels_app.outbound.outcome import Answer
from channels_app.queue.circuit_breaker import LONGEST_PAUSE_SECONDS
from notifcenter.channel import Refused, TryLater

OF_THE_SERVICE = (401, 403, 429)
"""Statuses below 500 that say nothing about the mail, but that the service takes none of us now."""

BREAKS_OF_THE_SERVICE = 2
"""So many broken connections in a row are the service's failure, one may be due to the message."""

NO_SUCH_ADDRESS = re.compile(
    r"55\d 5\.(1\.([1236]|10)|2\.1)\b"
    r"|55[01] (?!\d\.\d).*(no such|unknown|not exist|not found|unavailable|unrouteable)",
    re.IGNORECASE | re.DOTALL,
)
"""A code alone does not do: a relay that is set up wrongly says "550 relaying denied" about everybody."""


class NoSuchAddress(Refused):
    """The address takes no mail, whatever is sent to it: the server says so, or it cannot be written."""


class MailConnection:
    """A connection for a batch of mails. Once the service is down, what is left of the batch is not even tried."""

    def __init__(self) -> None:
        self._connection: Any = get_connection()
        self._down: TryLater | None = None
        self._breaks = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self._connection.close()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def send(self, mail: Mail) -> None:
        """Hand one over. Returning means that the service took it; raises TryLater, Refused or NoSuchAddress."""
        if self._down:
            raise TryLater(str(self._down), self._down.after, self._down.host)
        _pace().wait()
        try:
            mail.use_ascii_addresses()
            self._hand_over(mail)
        except Unwritable as error:
            raise NoSuchAddress(str(error)) from error
        except (smtplib.SMTPException, OSError, _anymail().AnymailError) as error:
            raise self._outcome(error) from error
        except ValueError as error:
            raise Refused(f"{type(error).__name__}: {error}") from error
        self._breaks = 0

    def _hand_over(self, mail: Mail) -> None:
        reused = self._open() is False
        try:
            self._connection.send_messages([mail])
        except smtplib.SMTPServerDisconnected:
            if not reused or not self._connection.stale():
                raise
            self._drop()
            self._open()
            self._connection.send_messages([mail])

    def _open(self) -> bool | None:
        opened: bool | None = self._connection.open()
        if hasattr(self._connection, "begin"):
            self._connection.begin()
        return opened

    def _outcome(self, error: Exception) -> TryLater | Refused:
        if isinstance(error, _anymail().AnymailError):
            return self._by_service(error)
        code, reason = _reply(error)
        if code is None:
            return self._broken(error)
        if code == 421 or isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError):
            return self._give_up(reason)
        if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPSenderRefused):
            return self._give_up(reason) if code >= 500 else TryLater(reason)
        if isinstance(error, smtplib.SMTPRecipientsRefused) and NO_SUCH_ADDRESS.match(reason):
            return NoSuchAddress(reason)
        return Refused(reason) if code >= 500 else TryLater(reason)

    def _broken(self, error: Exception) -> TryLater:
        self._drop()
        self._breaks += 1
        reason = f"{type(error).__name__}: {error}"
        once = isinstance(error, smtplib.SMTPServerDisconnected) and not isinstance(error.__context__, TimeoutError)
        return TryLater(reason) if once and self._breaks < BREAKS_OF_THE_SERVICE else self._give_up(reason)

    def _by_service(self, error: Any) -> TryLater | Refused:
        reason, kinds = str(error)[:500], _anymail()
        if isinstance(error, kinds.AnymailRequestsAPIError) and error.status_code is not None:
            failure = outcome.of_answer(
                _answered(error.response), settings.EMAIL_HOST, gone=False, of_the_host=OF_THE_SERVICE
            )
            if isinstance(failure, TryLater):
                return self._give_up(str(failure), failure.after)
            return Refused(reason)
        return self._give_up(reason) if isinstance(error, kinds.AnymailAPIError) else Refused(reason)

    def _give_up(self, reason: str, after: float | None = None) -> TryLater:
        """The outcome of this mail; for the others the service is asked again after a few minutes at most."""
        self._drop()
        rest = None if after is None else min(after, LONGEST_PAUSE_SECONDS)
        self._down = TryLater(reason, rest, host=settings.EMAIL_HOST)
        return TryLater(reason, after, host=settings.EMAIL_HOST)

    def _drop(self) -> None:
        if hasattr(self._connection, "drop"):
            self._connection.drop()


class _Pace:
    """Lets this process's mails go one by one, as many a second as ``EMAIL_RATE`` says."""

    def __init__(self) -> None:
        self._lock, self._next_at = threading.Lock(), 0.0

    def wait(self) -> None:
        """Sleep until the caller may send."""
        if rate := settings.EMAIL_RATE:
            with self._lock:
                turn = max(time.monotonic(), self._next_at)
                self._next_at = turn + 1 / rate
            time.sleep(max(0.0, turn - time.monotonic()))


@cache
def _pace() -> _Pace:
    return _Pace()


def _anymail() -> ModuleType:
    """The errors of mail services."""
    from anymail import exceptions  # noqa: PLC0415  it imports requests, 5 MB, not before something goes wrong

    return exceptions


def _reply(error: Exception) -> tuple[int | None, str]:
    """The server's code and text; None where it did not reply."""
    reply: tuple[int, bytes | str]
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        reply = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_code, error.smtp_error
    else:
        return None, ""
    code, reason = reply
    return code, f"{code} {reason.decode(errors='replace') if isinstance(reason, bytes) else reason}"


def _answered(response: Any) -> Answer:
    after = outcome.retry_after(response.headers.get("Retry-After", ""), now=outcome.reference_time(response.headers))
    return Answer(response.status_code, response.text, after)
