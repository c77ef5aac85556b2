"""E-mail: one message a notification, all of a batch over one connection."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts import people
from channels_app.mail import compose
from channels_app.mail.mailer import MailConnection, NoSuchAddress
from notifcenter.channel import Address, Channel, Message, Outcome, Parcel, attempt


class Email(Channel):
    """Mail to the address of the profile; per provider at once, or gathered in the daily digest."""

    code = "email"
    label = _("E-mail")
    order = 20
    can_be_daily = has_digest = True
    rings = False
    reasons = {
        "mail_off": _("All mail is switched off."),
        "mail_blocked": _("Mail to this address is stopped until it is confirmed on the profile page."),
        "no_address": _("There is no e-mail address in the profile."),
        "not_taken": _("The mail server did not take it."),
    }
    closed_by = {"mail_off": "mail_off", "mail_blocked": "mail_blocked"}
    requires = {"email": "no_address"}

    def addresses(self, user_ids: Iterable[int]) -> dict[int, list[Address]]:
        """The address of each who has one, in one query."""
        return {user: [Address(0, email)] for user, email in people.mail_addresses(list(user_ids)).items()}

    def reaches(self, user_ids: Sequence[int]) -> Mapping[int, Sequence[int]]:
        """All of them, since who has no address lacks what it ``requires``."""
        return dict.fromkeys(user_ids, [0])

    def host(self, address: Address) -> str:
        """All mail goes through one service."""
        return str(settings.EMAIL_HOST)

    def send(self, message: Message, address: Address) -> None:
        """Send one mail over a connection of its own."""
        with MailConnection() as connection:
            _send(connection, Parcel(message, address))

    def send_all(self, parcels: Iterable[Parcel]) -> Iterator[tuple[Parcel, Outcome]]:
        """Send a batch over one connection."""
        with MailConnection() as connection:
            for parcel in parcels:
                yield parcel, attempt(partial(_send, connection, parcel))

    def settle(self, outcomes: Sequence[tuple[Parcel, Outcome]]) -> None:
        """Stop mail to addresses that do not exist."""
        for parcel, outcome in outcomes:
            if isinstance(outcome, NoSuchAddress):
                people.stop_mail(parcel.address.value, str(outcome))


def _send(connection: MailConnection, parcel: Parcel) -> None:
    connection.send(compose.notification(parcel.message, parcel.address.value))
