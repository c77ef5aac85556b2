"""What channels that send to devices share: where the devices are, who sends to which, what a batch taught us."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from types import ModuleType
from typing import ClassVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import device_refusals, devices
from channels_app import counters
from channels_app.push.refusal import NotAllowed
from notifcenter.channel import Address, Channel, Failure, Gone, Message, Outcome, Parcel, Retries
from notifcenter.models import Kind

logger = logging.getLogger(__name__)


class DeviceChannel(Channel):
    """A channel whose addresses are people's devices; ``senders`` gives by transport the module that sends."""

    senders: ClassVar[dict[str, ModuleType]] = {}
    needs_device = True
    reasons = {
        "gone": _("The device is no longer there."),
        "not_taken": _("The push service did not take it."),
    }
    profile_template = "accounts/_devices.html"
    retries = Retries(delays=(5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600), expires={Kind.CALL: timedelta(seconds=60)})

    def addresses(self, user_ids: Iterable[int]) -> dict[int, list[Address]]:
        """Their active devices of this channel."""
        return devices.addresses(user_ids, self.code)

    def host(self, address: Address) -> str:
        """The push service."""
        return str(self.senders[address.value["transport"]].host(address.value))

    def send(self, message: Message, address: Address) -> str | None:
        """Send to one device and settle it; raises Gone, TryLater or Refused."""
        outcomes = list(self.send_all([Parcel(message, address)]))
        self.settle(outcomes)
        if isinstance(outcome := outcomes[0][1], Failure):
            raise outcome
        return outcome

    def send_all(self, parcels: Iterable[Parcel]) -> Iterator[tuple[Parcel, Outcome]]:
        """Each by the sender of its transport, side by side; drawn as they are sent, so that a batch can give way."""
        for transport, sender in self.senders.items():
            yield from sender.send_all(_by_transport(parcels, transport))

    def settle(self, outcomes: Sequence[tuple[Parcel, Outcome]]) -> None:
        """Forget devices that are gone; keep when each was last used, or what went wrong."""
        now = timezone.now()
        devices.forget(_devices(outcomes, lambda outcome: isinstance(outcome, Gone)))
        devices.note_sent(_devices(outcomes, lambda outcome: not isinstance(outcome, Failure)), now=now)
        for why in {str(outcome) for _parcel, outcome in outcomes if isinstance(outcome, Failure)}:
            devices.note_error(_devices(outcomes, lambda outcome: str(outcome) == why), why)  # noqa: B023  called at once
        refused = [parcel.address.n for parcel, outcome in outcomes if isinstance(outcome, NotAllowed)]
        for service in device_refusals.note_refused(refused, now=now) if refused else ():
            counters.push_key_refused.inc()
            logger.error("%s refuses all devices with 403: is our key the one that they subscribed with?", service)


def _by_transport(parcels: Iterable[Parcel], transport: str) -> Iterator[Parcel]:
    return (parcel for parcel in parcels if parcel.address.value["transport"] == transport)


def _devices(outcomes: Sequence[tuple[Parcel, Outcome]], chosen: Callable[[Outcome], bool]) -> set[int]:
    return {parcel.address.n for parcel, outcome in outcomes if chosen(outcome)}
