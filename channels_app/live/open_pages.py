"""The open pages of this process by user: the hub writes them, presence reads them."""

from typing import Protocol

from channels_app import counters
from channels_app.live.visitor import Person
from notifcenter.models import Inbox


class Socket(Protocol):
    """What the hub knows of an open page."""

    person: Person

    def offer(self, cursor: int, text: str) -> None:
        """Take a frame that raises the cursor; it is sent in its turn."""

    def tell(self, text: str) -> None:
        """Take a frame without a cursor."""

    def stand(self, head: Inbox | None) -> None:
        """Learn where the centre stands; None: the person may not listen any more."""


by_user: dict[int, set[Socket]] = {}


def add(socket: Socket) -> None:
    """Count a page that opened."""
    by_user.setdefault(socket.person.pk, set()).add(socket)
    counters.open_sockets.inc()


def remove(socket: Socket) -> None:
    """Forget a page; one that is not there is passed over."""
    of_person = by_user.get(socket.person.pk, set())
    if socket in of_person:
        of_person.discard(socket)
        counters.open_sockets.dec()
    if not of_person:
        by_user.pop(socket.person.pk, None)
