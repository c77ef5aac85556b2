"""What a channel is. A class with a code, in a file of ``channels_app/channels``, is a channel."""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar

from django.utils.functional import Promise

from notifcenter.content import plain_text

LONGEST_WAIT_SECONDS = 24 * 3600


class Gone(Exception):
    """The address is dead for good: forget it."""


class TryLater(Exception):
    """It did not work now. ``after``: seconds the other side asked to wait, which holds this message for a day at most
    and never brings it closer than the channel's own table (None: the table alone).

    ``host``: the destination that is down as a whole, when it is not this one message's trouble.
    """

    def __init__(self, why: str, after: float | None = None, host: str = "") -> None:
        super().__init__(why)
        self.after = after
        self.host = host


class Refused(Exception):
    """The other side will never take this one; its words say why."""


Failure = Gone | TryLater | Refused
Outcome = Failure | str | None
"""How one attempt ended: a failure, or sent, with the other side's receipt where it gave one."""


def attempt(send: Callable[[], str | None]) -> Outcome:
    """Call ``send``; gives what it returned, or the failure it raised."""
    try:
        return send()
    except Exception as error:
        return failure(error)


def failure(error: Exception) -> Failure:
    """What an error of an attempt comes to: what nobody foresaw is tried later."""
    return error if isinstance(error, Failure) else TryLater(f"{type(error).__name__}: {error}")


@dataclass(frozen=True)
class Address:
    """Where a channel reaches a person: ``n`` is the id of their account or device (0: they have only one), ``value``
    whatever the channel needs to get there."""

    n: int
    value: Any


@dataclass(frozen=True)
class CallFacts:
    """``who``, ``number`` as people write it and its ``link`` (each may be empty), ``state`` in words.

    ``rows`` are those of the message that say something else.
    """

    who: str
    number: str
    link: str
    state: str
    is_missed: bool
    rows: tuple[str, ...]


@dataclass(frozen=True)
class Message:
    """A notification in the words of its reader, as values: a channel needs no database row to send it.

    ``subject``: what and who on one line, where a channel has no other place to say it.
    ``sending``: how often it went out by this delivery before; ``repeats``: how often it was published where it folded.
    ``closed``: it shows nothing, and takes off what an earlier one of this ``id`` shows.
    ``actions``: those that are still open to this reader, as they were published.
    ``call``: what is known of a call, for channels that show it apart from the rows.
    ``opening``: what its ``url`` does, for a button; empty where it only leads to the inbox.
    """

    id: str
    delivery: int
    user: int
    kind: str
    provider_code: str
    provider_name: str
    provider_icon: str
    title: str
    rows: tuple[str, ...]
    url: str
    created_at: int
    icon: str = ""
    subject: str = ""
    buttons: tuple[dict[str, Any], ...] = ()
    priority: int = 0
    actions: tuple[dict[str, Any], ...] = ()
    language: str = "ru"
    timezone: str = "UTC"
    sending: int = 0
    repeats: int = 0
    closed: bool = False
    call: CallFacts | None = None
    opening: str = ""

    @classmethod
    def closing(cls, pk: str, *, delivery: int, user: int) -> "Message":
        """What takes an earlier message off a device."""
        return cls(pk, delivery, user, "", "", "", "", "", (), "", 0, closed=True)

    @property
    def text(self) -> str:
        """The rows as plain text."""

        return "\n".join(plain_text(row) for row in self.rows)


@dataclass(frozen=True)
class Parcel:
    """A message with the address it goes to."""

    message: Message
    address: Address


@dataclass(frozen=True)
class Retries:
    """When to try again: seconds before each next attempt (the last one repeats)."""

    delays: Sequence[float] = (15, 30) + (50,) * 80 + (600, 1800, 3600)
    expires: dict[str, timedelta] = field(default_factory=dict)
    default_expiry: timedelta = timedelta(hours=24)

    def delay(self, attempts: int) -> float:
        """Seconds to wait after that many attempts (1 is the first)."""
        return self.delays[min(attempts, len(self.delays)) - 1]

    def wait(self, attempts: int, after: float | None) -> float:
        """Seconds until the next attempt: as the table says, a little at random, or as the other side asked."""
        delay = self.delay(attempts)
        return delay * random.uniform(0.8, 1.0) if after is None else max(delay, min(after, LONGEST_WAIT_SECONDS))

    def expiry(self, kind: str) -> timedelta:
        """How long after its publication a notification of this kind is still worth sending."""
        return self.expires.get(kind, self.default_expiry)


class Channel:
    """A means to reach people. Subclasses set the traits and write ``addresses`` and ``send`` (or ``send_all``).

    ``can_be_daily``: a person may want it gathered once a day; it is only held back for that where ``has_digest`` says
    that somebody sends its digest. ``reasons``: its own sentences for codes of ``notifcenter.reasons``.
    """

    code: ClassVar[str] = ""
    label: ClassVar[str | Promise] = ""
    order: ClassVar[int] = 100
    always_on: ClassVar[bool] = False
    needs_device: ClassVar[bool] = False
    transports: ClassVar[tuple[str, ...]] = ()
    can_be_daily: ClassVar[bool] = False
    has_digest: ClassVar[bool] = False
    closed_by: ClassVar[Mapping[str, str]] = {}
    """Fields of a person that, when set, close this channel to them whatever they chose: {field: reason code}."""
    requires: ClassVar[Mapping[str, str]] = {}
    """Fields of a person without which it cannot reach them: {field: reason code}."""
    profile_template: ClassVar[str] = ""
    """A part of the profile page where people connect; channels that name the same one share it."""
    rings: ClassVar[bool] = True
    """Whether it is of use while a call still rings; else it is told of a call that was missed."""
    batch: ClassVar[int] = 50
    retries: ClassVar[Retries] = Retries()
    reasons: ClassVar[Mapping[str, str | Promise]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.code:
            _register(cls())

    def addresses(self, user_ids: Iterable[int]) -> dict[int, list[Address]]:
        """The addresses of many users at once, by user id; who has none may be absent."""
        raise NotImplementedError

    def reaches(self, user_ids: Sequence[int]) -> Mapping[int, Sequence[int]]:
        """Of a channel that needs no device: the ``n`` of each address of those users."""
        by_user = self.addresses(user_ids) if user_ids else {}
        return {user: [address.n for address in addresses] for user, addresses in by_user.items()}

    def profile_context(self, user: object) -> dict[str, Any]:
        """What ``profile_template`` shows of this person, beside ``channels``."""
        return {}

    def host(self, address: Address) -> str:
        """The destination that may be down as a whole; while it is, the queue lets the rows for it wait."""
        return ""

    def send(self, message: Message, address: Address) -> str | None:
        """Hand one message over. Returning means sent; what it returns is kept as the receipt.

        Raises Gone, TryLater or Refused.
        """
        raise NotImplementedError

    def send_all(self, parcels: Iterable[Parcel]) -> Iterator[tuple[Parcel, Outcome]]:
        """Hand over many, giving each one's outcome as it is known; override it to keep connections."""
        for parcel in parcels:
            yield parcel, attempt(partial(self.send, parcel.message, parcel.address))

    def settle(self, outcomes: Sequence[tuple[Parcel, Outcome]]) -> None:
        """Learn from a batch that has ended: forget addresses that are gone, keep what went wrong."""

    @property
    def follows_daily(self) -> bool:
        """Whether what somebody wants once a day waits for a digest of this channel."""
        return self.can_be_daily and self.has_digest


_channels: dict[str, Channel] = {}


def all_channels() -> list[Channel]:
    """Every channel there is, in the order people see them."""
    return list(_channels.values())


def channel_named(code: str) -> Channel | None:
    """The channel of that code, if there is one."""
    return _channels.get(code)


def _register(channel: Channel) -> None:
    known = [*_channels.values(), channel]
    _channels.clear()
    _channels.update((one.code, one) for one in sorted(known, key=lambda one: (one.order, one.code)))
