"""A mail server on loopback that keeps what it is given and answers as the test says."""

import email
import email.policy
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.processes import PATIENCE, free_port, wait_until

OK = "250 Message accepted for delivery"
Answer = str | Callable[[Envelope], str]


@dataclass(frozen=True)
class Received:
    """One message as it came over the wire."""

    sender: str
    recipients: list[str]
    message: EmailMessage
    raw: bytes
    at: float
    connection: int


class SmtpServer:
    """Accepts all mail; ``answers`` (used up one by one) and then ``answer`` say what it replies to DATA."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.attempts = 0
        self.answers: list[Answer] = []
        self.answer: Answer = OK
        self.recipient_answer: Callable[[str], str] = lambda _address: "250 OK"
        self.port = free_port()
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        """The EMAIL_URL that leads here."""
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> "SmtpServer":
        """Listen, again after ``stop`` at the same port."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=PATIENCE)
        self._controller.start()
        return self

    def stop(self) -> None:
        """Be gone: connections are refused."""
        if self._controller:
            self._controller.stop()
            self._controller = None

    def to(self, address: str) -> list[Received]:
        """What came for that address."""
        return [mail for mail in self.received if address in mail.recipients]

    def wait_for(self, address: str, number: int = 1, seconds: float = PATIENCE) -> list[Received]:
        """What came for that address, as soon as there are that many."""
        wait_until(lambda: len(self.to(address)) >= number, seconds, f"{number} mails to {address}")
        return self.to(address)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer RCPT TO."""
        reply = self.recipient_answer(address)
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Answer DATA; the mail is kept where the answer is a good one."""
        self.attempts += 1
        answer = self.answers.pop(0) if self.answers else self.answer
        reply = answer if isinstance(answer, str) else answer(envelope)
        if reply.startswith("2"):
            self.received.append(_received(session, envelope))
        return reply


def _received(session: Session, envelope: Envelope) -> Received:
    content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
    message = email.message_from_bytes(content, policy=email.policy.default)
    return Received(envelope.mail_from or "", list(envelope.rcpt_tos), message, content, time.time(), id(session))
