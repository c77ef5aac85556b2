"""The interface: the centre and the open pages. Stored at publication, so there is nothing left to send."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from notifcenter.channel import Address, Channel, Message


class Interface(Channel):
    """Always on: the centre is where everything can be found again."""

    code = "interface"
    label = _("In the interface")
    order = 10
    always_on = True

    def addresses(self, user_ids: Iterable[int]) -> dict[int, list[Address]]:
        """Everybody has a centre."""
        return {user: [Address(0, None)] for user in user_ids}

    def send(self, message: Message, address: Address) -> None:
        """Publishing itself has put it there."""
