"""Building mails: subject, plain text, HTML with its styles inlined, headers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import make_msgid
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from channels_app.mail import items, links
from channels_app.mail.items import one_line
from channels_app.mail.links import MailChoice, absolute
from channels_app.mail.message import Mail
from notifcenter.channel import Message
from notifcenter.content import HEADER_MAX, shorten
from notifcenter.payload import INBOX_URL

SHOWN = 5
PREHEADER_MAX = 140


@dataclass(frozen=True)
class Digest:
    """A day's unread notifications of one person: how many, and the newest of them, newest first."""

    user: int
    language: str
    timezone: str
    window_end: datetime
    count: int
    newest: tuple[Message, ...]


def notification(message: Message, to: str) -> Mail:
    """The mail about one notification."""
    off = MailChoice(message.user, "off", message.provider_code)
    with _as_reader(message.language, message.timezone):
        context = {
            "item": items.full(message),
            "preheader": shorten(one_line(message.text), PREHEADER_MAX),
            "daily_link": links.choice_link(MailChoice(message.user, "daily", message.provider_code)),
            "off_link": links.choice_link(off),
            "none_link": links.choice_link(MailChoice(message.user, "none")),
        }
        stable = f"delivery-{message.delivery}" if message.delivery else ""
        again = f"-{message.sending}" if stable and message.sending else ""
        mail = _mail("notification", context, to, message_id=stable + again, off=off)
    if again:
        mail.extra_headers["References"] = mail.extra_headers["In-Reply-To"] = f"<{stable}@{links.site_host()}>"
    mail.metadata = {"delivery": str(message.delivery)}
    return mail


def digest(content: Digest, to: str) -> Mail:
    """The daily mail of one person."""
    off = MailChoice(content.user, "digest")
    with _as_reader(content.language, content.timezone):
        context = {
            "count": content.count,
            "sources": items.by_source(content.newest),
            "more": content.count > len(content.newest),
            "inbox_link": absolute(INBOX_URL),
            "preheader": shorten(" · ".join(one_line(message.title) for message in content.newest), PREHEADER_MAX),
            "off_link": links.choice_link(off),
            "none_link": links.choice_link(MailChoice(content.user, "none")),
        }
        stable = f"digest-{content.user}-{int(content.window_end.timestamp())}"
        mail = _mail("digest", context, to, message_id=stable, off=off)
    mail.extra_headers["Precedence"] = "bulk"
    return mail


def confirmation(confirm_link: str, to: str, language: str, *, new_of: str = "") -> Mail:
    """The mail by which somebody confirms an address: again, or as the new one of the user ``new_of``."""
    with _as_reader(language, settings.TIME_ZONE):
        return _mail("confirmation", {"confirm_link": confirm_link, "address": to, "username": new_of}, to)


def address_changed(username: str, address: str, to: str, language: str) -> Mail:
    """The mail by which the former address hears which one came in its place."""
    with _as_reader(language, settings.TIME_ZONE):
        return _mail("address_changed", {"username": username, "address": address}, to)


def password_reset(reset_link: str, username: str, to: str, language: str) -> Mail:
    """The mail by which somebody sets a new password."""
    with _as_reader(language, settings.TIME_ZONE):
        return _mail("password_reset", {"reset_link": reset_link, "username": username}, to)


def password_changed(username: str, to: str, language: str) -> Mail:
    """The mail by which somebody hears that the password was changed."""
    with _as_reader(language, settings.TIME_ZONE):
        context = {"username": username, "reset_link": absolute("/accounts/password_reset/")}
        return _mail("password_changed", context, to)


@contextmanager
def _as_reader(language: str, zone: str) -> Iterator[None]:
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        yield


def _mail(name: str, context: dict[str, Any], to: str, *, message_id: str = "", off: MailChoice | None = None) -> Mail:
    context |= {
        "language": translation.get_language(),
        "site": urlsplit(settings.PUBLIC_URL).netloc,
        "profile_link": absolute("/profile/"),
    }
    context["subject"] = one_line(_render(f"{name}.subject.txt", context), HEADER_MAX)
    mail = Mail(
        subject=context["subject"],
        body=_render(f"{name}.txt", context).strip() + "\n",
        to=[to],
        headers=_headers(message_id, off),
    )
    mail.html = _render(f"{name}.html", context)
    mail.attach_alternative(_inliner().inline(mail.html), "text/html")
    return mail


def _headers(message_id: str, off: MailChoice | None) -> dict[str, str]:
    host = links.site_host()
    headers = {
        "Message-ID": f"<{message_id}@{host}>" if message_id else make_msgid(domain=host),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if off:
        headers |= {
            "List-Unsubscribe": f"<{links.choice_link(off)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return headers


def _render(name: str, context: dict[str, Any]) -> str:
    return render_to_string(f"channels/email/{name}", context)


@cache
def _inliner() -> Any:
    import css_inline  # noqa: PLC0415  it is large, not before the first mail

    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
