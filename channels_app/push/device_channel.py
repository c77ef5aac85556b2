"""What channels that send to devices share: where the devices are, which wire each takes, what a batch taught us."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from types import ModuleType
from typing import Any, ClassVar

from django.utils import timezone

from accounts import devices
from notifcenter.channel import Address, Channel, Gone, Message, Outcome, Parcel, Retries
from notifcenter.models import Kind


class DeviceChannel(Channel):
    """A channel whose addresses are people's devices; ``wires`` says by transport what carries to them."""

    wires: ClassVar[dict[str, ModuleType]] = {}
    needs_device = True
    retries = Retries(delays=(5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600), expires={Kind.CALL: timedelta(seconds=60)})

    def addresses(self, users: Iterable[Any]) -> dict[int, list[Address]]:
        """Their devices of this channel."""
        return devices.addresses(users, self.code)

    def host(self, address: Address) -> str:
        """The push service."""
        return str(self.wires[address.value["transport"]].host(address.value))

    def send(self, message: Message, address: Address) -> None:
        """Send to one device, and write down what came of it."""
        outcomes = list(self.send_all([Parcel(message, address)]))
        self.settle(outcomes)
        if (outcome := outcomes[0][1]) is not None:
            raise outcome

    def send_all(self, parcels: Sequence[Parcel]) -> Iterator[tuple[Parcel, Outcome]]:
        """Each by its own wire, side by side."""
        for transport, wire in self.wires.items():
            mine = [parcel for parcel in parcels if parcel.address.value["transport"] == transport]
            if mine:
                yield from wire.send_all(mine)

    def settle(self, outcomes: Sequence[tuple[Parcel, Outcome]]) -> None:
        """Forget devices that are gone; keep when each was last used, or what went wrong."""
        devices.forget(_devices(outcomes, lambda outcome: isinstance(outcome, Gone)))
        devices.note_sent(_devices(outcomes, lambda outcome: outcome is None), now=timezone.now())
        for why in {str(outcome) for _parcel, outcome in outcomes if outcome is not None}:
            devices.note_error(_devices(outcomes, lambda outcome, why=why: str(outcome) == why), why)


def _devices(outcomes: Sequence[tuple[Parcel, Outcome]], chosen: Any) -> set[int]:
    return {parcel.address.device for parcel, outcome in outcomes if chosen(outcome)}
