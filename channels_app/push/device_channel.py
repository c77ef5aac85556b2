"""What channels that send to devices share: where the devices are, which wire each takes, what a batch taught us."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from types import ModuleType
from typing import ClassVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import devices
from notifcenter.channel import Address, Channel, Failure, Gone, Message, Outcome, Parcel, Retries
from notifcenter.models import Kind


class DeviceChannel(Channel):
    """A channel whose addresses are people's devices; ``wires`` says by transport what carries to them."""

    wires: ClassVar[dict[str, ModuleType]] = {}
    needs_device = True
    reasons = {"gone": _("The device is no longer there.")}
    profile_template = "accounts/_devices.html"
    retries = Retries(delays=(5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600), expires={Kind.CALL: timedelta(seconds=60)})

    def addresses(self, user_ids: Iterable[int]) -> dict[int, list[Address]]:
        """Their devices of this channel."""
        return devices.addresses(user_ids, self.code)

    def host(self, address: Address) -> str:
        """The push service."""
        return str(self.wires[address.value["transport"]].host(address.value))

    def send(self, message: Message, address: Address) -> str | None:
        """Send to one device, and write down what came of it."""
        outcomes = list(self.send_all([Parcel(message, address)]))
        self.settle(outcomes)
        if isinstance(outcome := outcomes[0][1], Failure):
            raise outcome
        return outcome

    def send_all(self, parcels: Iterable[Parcel]) -> Iterator[tuple[Parcel, Outcome]]:
        """Each by its own wire, side by side."""
        for transport, wire in self.wires.items():
            matching = [parcel for parcel in parcels if parcel.address.value["transport"] == transport]
            if matching:
                yield from wire.send_all(matching)

    def settle(self, outcomes: Sequence[tuple[Parcel, Outcome]]) -> None:
        """Forget devices that are gone; keep when each was last used, or what went wrong."""
        devices.forget(_devices(outcomes, lambda outcome: isinstance(outcome, Gone)))
        devices.note_sent(_devices(outcomes, lambda outcome: not isinstance(outcome, Failure)), now=timezone.now())
        for why in {str(outcome) for _parcel, outcome in outcomes if isinstance(outcome, Failure)}:
            devices.note_error(_devices(outcomes, lambda outcome: str(outcome) == why), why)  # noqa: B023  called at once


def _devices(outcomes: Sequence[tuple[Parcel, Outcome]], chosen: Callable[[Outcome], bool]) -> set[int]:
    return {parcel.address.n for parcel, outcome in outcomes if chosen(outcome)}
