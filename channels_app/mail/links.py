"""Links in mails: absolute, and signed where they do something without a log-in."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts import mail_address
from accounts.models import User

CONFIRMATION_LIFETIME = timedelta(days=3)
ACTION_LIFETIME = timedelta(hours=72)
_choices = signing.Signer(salt="channels_app.unsubscribe")
_actions = signing.TimestampSigner(salt="channels_app.mail.action")
_confirmations = signing.TimestampSigner(salt="channels_app.confirming")


@dataclass(frozen=True)
class MailChoice:
    """What a link under a mail changes; ``provider`` is a code where it is about one.

    ``action``: ``off``/``on`` mail of a provider, ``daily``/``instant`` for a provider, ``none``/``all`` mail, and
    ``digest``: no mail of the providers that come once a day.
    """

    user: int
    action: str
    provider: str = ""


def absolute(url: str) -> str:
    """A link as a mail needs it: a path gets the site's public address before it."""
    return _site(settings.PUBLIC_URL) + url if url.startswith("/") else url


def choice_path(choice: MailChoice) -> str:
    """The path of the page that makes this choice; its signature does not expire."""
    return reverse("mail-choice", args=[_choices.sign_object([choice.user, choice.action, choice.provider])])


def choice_link(choice: MailChoice) -> str:
    """The same as a link for a mail."""
    return absolute(choice_path(choice))


def read_choice(token: str) -> MailChoice:
    """The choice that a link carries; raises BadSignature."""
    return MailChoice(*_choices.unsign_object(token))


@dataclass(frozen=True)
class ActionLink:
    """What an action's link in a mail presses, and for whom; ids as text."""

    user: int
    notification: str
    action: str


def action_link(link: ActionLink) -> str:
    """The link of the page that presses this action; good for ``ACTION_LIFETIME``."""
    token = _actions.sign_object([link.user, link.notification, link.action])
    return absolute(reverse("mail-action", args=[token]))


def read_action(token: str) -> ActionLink:
    """What an action's link carries; raises BadSignature, SignatureExpired where it is too old."""
    return ActionLink(*_actions.unsign_object(token, max_age=ACTION_LIFETIME))


def confirmation_link(user: User) -> str:
    """The link that confirms this person's present address; good for ``CONFIRMATION_LIFETIME``."""
    return absolute(reverse("mail-confirmed", args=[_confirmations.sign_object([user.pk, user.email])]))


def read_confirmation(token: str) -> tuple[int, str]:
    """User id and address of a confirmation link; raises BadSignature."""
    pk, address = _confirmations.unsign_object(token, max_age=CONFIRMATION_LIFETIME)
    return pk, address


def site_host() -> str:
    """The public host in ASCII, for Message-IDs."""
    return urlsplit(_site(settings.PUBLIC_URL)).hostname or "localhost"


@lru_cache(maxsize=4)
def _site(public_url: str) -> str:
    """The public address with its host in ASCII, as headers need it."""
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    return (
        public_url
        if host.isascii()
        else public_url.replace(parts.netloc, parts.netloc.lower().replace(host, mail_address.host_as_ascii(host)))
    )
