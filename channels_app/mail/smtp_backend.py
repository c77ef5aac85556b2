"""SMTP by Django's backend, patient where impatience would send a mail twice."""

import smtplib
from typing import Any

from django.core.mail.backends import smtp

DATA_REPLY_SECONDS = 60
"""The wait for the reply to a whole message, which the server may have accepted already (RFC 5321, 4.5.3.2.6)."""


class _Patient:
    """Adds to an SMTP connection a longer wait for the reply to a message, and whether a reply was due."""

    whole_message_out = False
    sock: Any

    def data(self, msg: object) -> tuple[int, bytes]:
        """Send the message and wait for the reply."""
        self.whole_message_out = True
        usual = self.sock.gettimeout() if self.sock else None
        if usual:
            self.sock.settimeout(max(usual, DATA_REPLY_SECONDS))
        try:
            return super().data(msg)  # type: ignore[misc]
        finally:
            if usual and self.sock:
                self.sock.settimeout(usual)


class PatientSMTP(_Patient, smtplib.SMTP):
    """Plain or STARTTLS."""


class PatientSMTPS(_Patient, smtplib.SMTP_SSL):
    """TLS from the first byte."""


class EmailBackend(smtp.EmailBackend):
    """Django's own, with patient connections."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """By EMAIL_USE_SSL."""
        return PatientSMTPS if self.use_ssl else PatientSMTP

    def stale(self) -> bool:
        """Whether the connection broke before a message was out, so that trying again cannot send it twice."""
        return not getattr(self.connection, "whole_message_out", False)

    def begin(self) -> None:
        """Begin a new message on this connection."""
        if self.connection:
            self.connection.whole_message_out = False  # type: ignore[attr-defined]

    def drop(self) -> None:
        """Close a broken connection without QUIT."""
        if self.connection:
            self.connection.close()
            self.connection = None
