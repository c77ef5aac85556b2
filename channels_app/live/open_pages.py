"""The open pages of this process by user: the hub writes to them, presence reads who is there."""

from collections.abc import Iterable
from typing import Protocol

from channels_app import counters
from channels_app.live.visitor import Person
from notifcenter.models import Inbox


class Socket(Protocol):
    """What the hub knows of an open page."""

    person: Person

    def queue_change(self, cursor: int, text: str) -> None:
        """Send a frame that raises the cursor, in its turn."""

    def catch_up(self, cursor: int) -> None:
        """Read what leads to that cursor from the database."""

    def queue_frame(self, text: str) -> None:
        """Send a frame without a cursor."""

    def heartbeat(self, latest: Inbox) -> None:
        """Send the latest cursor and count."""

    def sign_out(self) -> None:
        """Close the page's socket: its person is signed out."""


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


def of(users: Iterable[int]) -> list[Socket]:
    """The open pages of these people."""
    return [socket for user in users for socket in by_user.get(user, ())]
