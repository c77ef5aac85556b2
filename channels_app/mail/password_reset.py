"""Sending the mails of a forgotten password and of a new one."""

import logging

from accounts.login import reset
from accounts.models import User
from channels_app.mail import compose
from channels_app.mail.mailer import MailConnection
from channels_app.mail.message import Mail
from notifcenter.channel import Refused, TryLater

logger = logging.getLogger(__name__)


def send(typed: str) -> None:
    """Mail a link to every account that the text names; what cannot be sent is logged, the person asks again."""
    for user, link in reset.links(typed):
        _send(user, compose.password_reset(link, user.get_username(), user.email, user.language))


def announce(pk: int) -> None:
    """Tell a person that the password was changed, so that somebody else's change does not go unnoticed."""
    user = User.objects.filter(pk=pk).first()
    if user and user.email and not user.has_unconfirmed_address:
        _send(user, compose.password_changed(user.get_username(), user.email, user.language))


def _send(user: User, mail: Mail) -> None:
    try:
        with MailConnection() as connection:
            connection.send(mail)
    except (TryLater, Refused) as error:
        logger.warning("a mail about the password of user %s was not sent: %s", user.pk, error)
