"""What a channel is. A class with a code, in a file of ``channels_app/channels``, is a channel."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

from django.utils.functional import Promise

from notifcenter.content import plain_text


class Gone(Exception):
    """The address is dead for good: forget it."""


class TryLater(Exception):
    """It did not work now. ``after``: seconds the other side asked to wait (None: the channel's own table).

    ``host``: the destination that is down as a whole, when it is not this one message's trouble.
    """

    def __init__(self, why: str, after: float | None = None, host: str = "") -> None:
        super().__init__(why)
        self.after = after
        self.host = host


class Refused(Exception):
    """The other side will never take this one; its words say why."""


@dataclass(frozen=True)
class Address:
    """One way to a person: ``device`` is the id of theirs (0: the channel needs none), ``value`` what it dials."""

    device: int
    value: Any


@dataclass(frozen=True)
class Message:
    """A notification in the words of its reader, as values: a channel needs no database row to send it."""

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
    buttons: tuple[dict[str, Any], ...] = ()
    language: str = "ru"
    timezone: str = "UTC"

    @property
    def text(self) -> str:
        """The rows as plain text."""

        return "\n".join(plain_text(row) for row in self.rows)


@dataclass(frozen=True)
class Parcel:
    """A message with the address it goes to."""

    message: Message
    address: Address


Outcome = Gone | TryLater | Refused | None
"""How one attempt ended: None is sent."""


@dataclass(frozen=True)
class Retries:
    """When to try again: seconds before each next attempt (the last one repeats)."""

    delays: Sequence[float] = (15, 30) + (50,) * 80 + (600, 1800, 3600)
    expires: dict[str, timedelta] = field(default_factory=dict)
    default_expiry: timedelta = timedelta(hours=24)

    def delay(self, attempts: int) -> float:
        """Seconds to wait after that many attempts (1 is the first)."""
        return self.delays[min(attempts, len(self.delays)) - 1]

    def expiry(self, kind: str) -> timedelta:
        """How long after its publication a notification of this kind is still worth sending."""
        return self.expires.get(kind, self.default_expiry)


class Channel:
    """One way to people. Subclasses set the traits and write ``addresses`` and ``send`` (or ``send_all``)."""

    code: ClassVar[str] = ""
    label: ClassVar[str | Promise] = ""
    order: ClassVar[int] = 100
    always_on: ClassVar[bool] = False
    needs_device: ClassVar[bool] = False
    transports: ClassVar[tuple[str, ...]] = ()
    can_be_daily: ClassVar[bool] = False
    batch: ClassVar[int] = 50
    retries: ClassVar[Retries] = Retries()

    _known: ClassVar[dict[str, "Channel"]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.code:
            Channel._known[cls.code] = cls()
            in_order = sorted(Channel._known.values(), key=lambda channel: (channel.order, channel.code))
            Channel._known = {channel.code: channel for channel in in_order}

    def addresses(self, users: Iterable[Any]) -> dict[int, list[Address]]:
        """The addresses of many users at once, by user id; who has none may be absent."""
        raise NotImplementedError

    def reaches(self, users: Sequence[int]) -> Mapping[int, Sequence[int]]:
        """Of a channel that needs no device: who of those that want it has an address, each with [0]."""
        found = self.addresses(users) if users else {}
        return {user: [address.device for address in addresses] for user, addresses in found.items()}

    def closed_to(self, user: Any) -> str:
        """Why this person gets nothing by this channel, whatever they chose per provider: a reason code, or nothing."""
        return ""

    def lacks(self, user: Any) -> str:
        """Why there is no way to this person, as far as their own row tells: a reason code, or nothing."""
        return ""

    def host(self, address: Address) -> str:
        """The destination that may be down as a whole; while it is, the engine lets the rows for it wait."""
        return ""

    def send(self, message: Message, address: Address) -> None:
        """Hand one message over. Returning means sent; raises Gone, TryLater or Refused."""
        raise NotImplementedError

    def send_all(self, parcels: Sequence[Parcel]) -> Iterator[tuple[Parcel, Outcome]]:
        """Hand over many, telling each one's outcome as it is known; override it to keep connections."""
        for parcel in parcels:
            yield parcel, self.attempt(parcel)

    def settle(self, outcomes: Sequence[tuple[Parcel, Outcome]]) -> None:
        """Learn from a batch that has ended: forget addresses that are gone, keep what went wrong."""

    def attempt(self, parcel: Parcel) -> Outcome:
        """One ``send``, its outcome as a value; what nobody foresaw is tried later."""
        try:
            self.send(parcel.message, parcel.address)
        except (Gone, TryLater, Refused) as outcome:
            return outcome
        except Exception as error:
            return TryLater(f"{type(error).__name__}: {error}")
        return None


def all_channels() -> list[Channel]:
    """Every channel there is, in the order people see them."""
    return list(Channel._known.values())


def channel(code: str) -> Channel | None:
    """The channel of that code, if there is one."""
    return Channel._known.get(code)
