"""The ledger: what was accepted, against what is in the centres, in the mailboxes and on the open pages."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.faults.estate import ask, audit, hexed
from tests.faults.mailserver import MoodyServer
from tests.faults.page import OpenPage
from tests.processes import wait_until

PUBLISHERS = 4
STUCK = 60
PAGES = 60


@dataclass
class Verdict:
    """What became of a run.

    ``refused``: the mail server said 5xx; ``killed``: how many processes died that may have had a mail in hand;
    ``recovery``: seconds after the fault was over.
    """

    fault: str
    published: int
    lost: list[str] = field(default_factory=list)
    doubled: int = 0
    refused: int = 0
    killed: int = 0
    recovery: float = 0
    unseen: int = 0
    breaches: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)

    @property
    def is_good(self) -> bool:
        """Nothing lost, nothing stuck, every page knows all, at most 1 in 1,000 mailed twice.

        Of fewer: one, or what those who were killed had in hand, which nobody can know to be sent.
        """
        few = self.doubled <= (self.published // 1000 or max(1, self.killed))
        return not self.lost and not self.unseen and not self.breaches and few and self.recovery < STUCK

    @property
    def line(self) -> str:
        """A row of the report."""
        columns = (self.fault, self.published, len(self.lost), self.doubled, self.unseen, f"{self.recovery:.0f} s")
        return f"| {' | '.join(map(str, columns))} | {'clean' if not self.breaches else len(self.breaches)} |"


HEADING = "| fault | published | lost | mailed twice | missed by open pages | recovery | audit |\n|" + " --- |" * 7


class Ledger:
    """Publishes ``number`` notifications as a careful provider does: the same key again until it is answered 201."""

    def __init__(  # noqa: PLR0913  what a run is made of
        self, product: Any, mail: MoodyServer, number: int, seed: int, fault: str, *, seconds: float
    ) -> None:
        self.product, self.mail, self.number, self.seed, self.fault = product, mail, number, seed, fault
        self.people = [product.new_person() for _ in range(10)]
        self.accepted: dict[int, str] = {}
        self.answers: Counter[str] = Counter()
        self.longest = 0.0
        self.killed = 0
        self.pages = [OpenPage(product, person) for person in self.people[:2]]
        wait_until(lambda: all(page.connections for page in self.pages), what="open pages")
        self._token, self._pause = product.provider_token, seconds * PUBLISHERS / number
        self._pool = ThreadPoolExecutor(PUBLISHERS)
        self._stopped = threading.Event()

    def begin(self) -> None:
        """Publish in the background."""
        for first in range(PUBLISHERS):
            self._pool.submit(self._publish_from, first)

    def wait_for(self, share: float, seconds: float = 300) -> None:
        """Wait until that share is accepted."""
        wait_until(lambda: len(self.accepted) >= share * self.number, seconds, f"{share:.0%} accepted")

    def settle(self, *, patience: float = STUCK) -> Verdict:
        """The fault is over: wait until everything has come out, but not longer than ``patience``; then judge."""
        over = time.monotonic()
        self.wait_for(1)
        verdict = Verdict(self.fault, len(self.accepted), answers=self.answers, killed=self.killed)
        verdict.recovery = self._wait(lambda: not self._open() and not self._unsent(), over, patience)
        self._judge(verdict)
        self._wait(lambda: not self._unseen(), time.monotonic(), PAGES)
        verdict.unseen = len(self._unseen()) + sum(len(page.repeated) for page in self.pages)
        verdict.breaches = audit(self.product)
        self.close()
        return verdict

    def close(self) -> None:
        """Publish no more."""
        self._stopped.set()
        self._pool.shutdown(cancel_futures=True)
        for page in self.pages:
            page.close()

    def _publish_from(self, first: int) -> None:
        chance = random.Random(self.seed + first)
        with self.product.client(self._token) as client:
            for number in range(first, self.number, PUBLISHERS):
                begun = time.monotonic()
                while number not in self.accepted and not self._stopped.is_set():
                    self._try(client, number)
                self._stopped.wait(max(0, self._pause * chance.uniform(0.5, 1.5) - (time.monotonic() - begun)))

    def _try(self, client: httpx.Client, number: int) -> None:
        body = {
            "kind": "message",
            "recipients": [self.people[number % len(self.people)]],
            "text": f"{self.fault} {number}",
        }
        begun = time.monotonic()
        try:
            answer = client.post(
                "notifications/", json=body, headers={"Idempotency-Key": f"{self.fault} {self.seed} {number}"}
            )
        except httpx.TransportError as error:
            self.answers[type(error).__name__] += 1
            self._stopped.wait(0.1)
            return
        self.answers[str(answer.status_code)] += 1
        if answer.status_code == 201:
            self.longest = max(self.longest, time.monotonic() - begun)
            self.accepted[number] = hexed(answer.json()["id"])
        else:
            self._stopped.wait(0.1)

    def _wait(self, settled: Callable[[], bool], since: float, patience: float) -> float:
        while not settled() and time.monotonic() - since < patience:
            time.sleep(0.25)
        return time.monotonic() - since

    def _mine(self) -> list[tuple[int, str, str, str]]:
        rows = ask(
            self.product, "SELECT id, notification_id, state, reason FROM notifcenter_delivery WHERE channel='email'"
        )
        ids = set(self.accepted.values())
        return [(pk, hexed(owner), state, why) for pk, owner, state, why in rows if hexed(owner) in ids]

    def _open(self) -> list[int]:
        return [pk for pk, _owner, state, _why in self._mine() if state == "pending"]

    def _unsent(self) -> list[str]:
        mailed = self.mail.deliveries()
        return [owner for pk, owner, state, _why in self._mine() if state == "sent" and not mailed[pk]]

    def _judge(self, verdict: Verdict) -> None:
        rows, mailed = self._mine(), self.mail.deliveries()
        placed = Counter(
            hexed(owner) for (owner,) in ask(self.product, "SELECT notification_id FROM notifcenter_inboxitem")
        )
        made = ask(self.product, f"SELECT count(*) FROM notifcenter_notification WHERE text LIKE '{self.fault} %'")[0][
            0
        ]
        refused = {owner for _pk, owner, state, why in rows if state == "failed" and why.startswith("5")}
        ended = {owner for pk, owner, state, _why in rows if state == "sent" and mailed[pk]}
        whole = {pk for pk in self.accepted.values() if placed[pk] == 1 and (pk in ended or pk in refused)}
        verdict.lost = sorted(set(self.accepted.values()) - whole)
        verdict.lost += ["stored twice"] * (made - self.number)
        verdict.refused = len(refused)
        verdict.doubled = sum(mailed[pk] > 1 for pk, *_rest in rows)

    def _unseen(self) -> list[str]:
        missing = []
        for page in self.pages:
            place = self.people.index(page.username)
            theirs = {pk for number, pk in self.accepted.items() if number % len(self.people) == place}
            missing += sorted(theirs - page.ids)
        return missing
