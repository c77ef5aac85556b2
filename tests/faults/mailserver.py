"""A mail server of moods: slow, refusing, or gone in the middle of a message."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.fakes.smtp import OK, SmtpServer
from tests.processes import PATIENCE


@dataclass
class Mood:
    """What it does with a message: answers ``answer`` after ``delay`` seconds, or breaks off; after that, only once."""

    answer: str = OK
    delay: float = 0
    drops_inside: float = 0
    drops_after: float = 0


GOOD = Mood()


class MoodyServer(SmtpServer):
    """The tests' mail server with a ``mood``; its drops are decided by a seed."""

    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        self.mood = GOOD
        self.dropped_after = 0
        self._chance = random.Random(seed)

    def start(self) -> "MoodyServer":
        """Listen, again after ``stop`` at the same port."""
        self._controller = _Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=PATIENCE)
        self._controller.start()
        return self

    def deliveries(self) -> Counter[int]:
        """How often each delivery's mail was taken, by the number in its Message-ID."""
        ids = [str(mail.message["Message-ID"]) for mail in list(self.received)]
        return Counter(int(name.split("-")[1].split("@")[0]) for name in ids if name.startswith("<delivery-"))

    def breaks_inside(self) -> bool:
        """Whether the connection is to end in the middle of this message."""
        return self._chance.random() < self.mood.drops_inside

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Answer DATA as the mood is."""
        mood = self.mood
        if mood.delay:
            await asyncio.sleep(mood.delay)
        self.answer = mood.answer
        reply = await super().handle_DATA(server, session, envelope)
        if self._chance.random() < mood.drops_after:
            self.dropped_after += 1
            self.mood = GOOD
            _abort(server)
        return reply


class _Server(SMTP):
    async def smtp_DATA(self, arg: str) -> None:
        if self.event_handler.breaks_inside():
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            _abort(self)
        else:
            await super().smtp_DATA(arg)


class _Controller(Controller):
    def factory(self) -> Any:
        return _Server(self.handler, **self.SMTP_kwargs)


def _abort(server: Any) -> None:
    server.transport.abort()
