"""Sending the mails of a forgotten password."""

import logging

from accounts.login import reset
from channels_app.mail import compose
from channels_app.mail.mailer import MailConnection
from notifcenter.channel import Refused, TryLater

logger = logging.getLogger(__name__)


def send(typed: str) -> None:
    """Mail a link to every account that the text names; what cannot be sent is logged, the person asks again."""
    for user, link in reset.links(typed):
        try:
            with MailConnection() as post:
                post.send(compose.password_reset(link, user.get_username(), user.email, user.language))
        except (TryLater, Refused) as error:
            logger.warning("the mail to reset the password of user %s was not sent: %s", user.pk, error)
