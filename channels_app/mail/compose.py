"""Building mails: subject, plain text, HTML with its styles inlined, headers."""

import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import make_msgid
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import nh3
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import formats, timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from channels_app.mail import links
from channels_app.mail.links import ActionLink, MailChoice, absolute
from channels_app.mail.message import Mail
from notifcenter import html_lines
from notifcenter.channel import Message
from notifcenter.content import HEADER_MAX, SCHEMES, TAGS, is_safe_link, shorten
from notifcenter.payload import INBOX_URL

SHOWN = 5
PREHEADER_MAX = 140
EXCERPT_MAX = 240
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")


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
            "item": _full_item(message),
            "preheader": shorten(_one_line(message.text), PREHEADER_MAX),
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
            "items": [_digest_item(message) for message in content.newest],
            "more": content.count > len(content.newest),
            "inbox_link": absolute(INBOX_URL),
            "preheader": shorten(" · ".join(_one_line(message.title) for message in content.newest), PREHEADER_MAX),
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
    context["subject"] = _one_line(_render(f"{name}.subject.txt", context), HEADER_MAX)
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


def _full_item(message: Message) -> dict[str, Any]:
    rows = [_safe_row(row) for row in message.rows]
    return _item(message) | {"rows": rows, "text": message.text, "buttons": _buttons(message)}


def _digest_item(message: Message) -> dict[str, Any]:
    return _item(message) | {"excerpt": shorten(_one_line(message.text), EXCERPT_MAX)}


def _item(message: Message) -> dict[str, Any]:
    picture = absolute(message.provider_icon)
    return {
        "kind": message.kind,
        "title": _one_line(message.title),
        "subject": _one_line(message.subject or message.title),
        "when": formats.date_format(
            timezone.localtime(datetime.fromtimestamp(message.created_at, UTC)), "DATETIME_FORMAT"
        ),
        "provider": message.provider_name,
        "letter": (message.provider_name.strip() or "•")[0].upper(),
        "picture": picture if urlsplit(picture).path.lower().endswith(PICTURES) else "",
        "link": absolute(message.url) if message.url != INBOX_URL and is_safe_link(message.url) else "",
    }


def _buttons(message: Message) -> list[dict[str, str]]:
    """Its actions, then its buttons; each address once."""
    opening = _("Open the notification centre") if message.url == INBOX_URL else _("Open")
    pairs = [(button["url"], button["title"]) for button in message.buttons] + [(message.url, opening)]
    titles = {_action_link(message, action): _one_line(action["title"]) for action in message.actions}
    for url, title in pairs:
        if is_safe_link(url):
            titles.setdefault(absolute(url), _one_line(title))
    return [{"link": url, "title": title} for url, title in titles.items()]


def _action_link(message: Message, action: Mapping[str, Any]) -> str:
    if "url" in action:
        return absolute(action["url"])
    return links.action_link(ActionLink(message.user, message.id, action["id"]))


def _safe_row(row: str) -> SafeString:
    cleaned = nh3.clean(
        html_lines.with_breaks(row),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes=SCHEMES,
        attribute_filter=_mail_attribute,
        set_tag_attribute_values={tag: {"dir": "auto"} for tag in ("div", "p")},
        link_rel="noopener noreferrer",
    )
    return mark_safe(cleaned)


def _mail_attribute(_tag: str, name: str, value: str) -> str | None:
    """Links lead to the public address; the only other attribute is our ``dir``."""
    return value if name == "dir" else absolute(value) if is_safe_link(value) else None


def _render(name: str, context: dict[str, Any]) -> str:
    return render_to_string(f"channels/email/{name}", context)


def _one_line(text: str, limit: int = 0) -> str:
    """Plain text on one line, with nothing in it that could end a header."""
    line = " ".join(text.split())
    line = "".join(c for c in line if unicodedata.category(c) not in ("Cc", "Cs"))
    return shorten(line, limit) if limit else line


@cache
def _inliner() -> Any:
    import css_inline  # noqa: PLC0415  it is large, not before the first mail

    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
