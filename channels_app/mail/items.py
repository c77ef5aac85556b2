"""A notification as the templates of mails show it."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import nh3
from django.utils import formats, timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from channels_app.mail import links
from channels_app.mail.links import ActionLink, absolute
from notifcenter import html_lines
from notifcenter.channel import Message
from notifcenter.content import SCHEMES, TAGS, is_safe_link, plain_text, shorten
from notifcenter.models import Kind
from notifcenter.payload import INBOX_URL

EXCERPT_MAX = 240
CENTRE_URL = "/"
"""Where an item leads that has no page of its own; the address of the whole inbox is for the link to the rest."""
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")


def full(message: Message) -> dict[str, Any]:
    """All of it: the subject, who is calling, the rows, a button for each thing one may do, the plain text."""
    rows = [_safe_row(row) for row in _rows(message)]
    return _item(message) | {"rows": rows, "text": _plain(message), "buttons": _buttons(message)}


def by_source(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Their short forms below the source each is from; sources and what is in them keep the order of ``messages``."""
    sources: dict[str, dict[str, Any]] = {}
    for message in messages:
        sources.setdefault(message.provider_code, _source(message) | {"items": []})["items"].append(_short(message))
    return list(sources.values())


def one_line(text: str, limit: int = 0) -> str:
    """Plain text on one line, with nothing in it that could end a header."""
    line = " ".join(text.split())
    line = "".join(c for c in line if unicodedata.category(c) not in ("Cc", "Cs"))
    return shorten(line, limit) if limit else line


def _item(message: Message) -> dict[str, Any]:
    return _source(message) | {
        "kind": message.kind,
        "call": message.call,
        "title": one_line(message.title),
        "subject": one_line(message.subject or message.title),
        "when": formats.date_format(
            timezone.localtime(datetime.fromtimestamp(message.created_at, UTC)), "DATETIME_FORMAT"
        ),
    }


def _source(message: Message) -> dict[str, Any]:
    picture = absolute(message.provider_icon)
    return {
        "provider": message.provider_name,
        "letter": (message.provider_name.strip() or "•")[0].upper(),
        "picture": picture if urlsplit(picture).path.lower().endswith(PICTURES) else "",
    }


def _short(message: Message) -> dict[str, Any]:
    """With the kind in words; what the title says already is not said again."""
    item, label = _item(message), str(Kind(message.kind).label)
    title = item["subject"].removeprefix(f"{label}: ")
    call = message.call
    lines = [call.who, call.number] if call else []
    parts = [one_line(part) for part in (*lines, *map(plain_text, _rows(message)))]
    excerpt = shorten(" · ".join(part for part in parts if part and part not in title), EXCERPT_MAX)
    return item | {
        "label": call.state if call and call.is_missed else label,
        "title": title,
        "excerpt": excerpt,
        "link": absolute(message.url if message.url != INBOX_URL and is_safe_link(message.url) else CENTRE_URL),
    }


def _rows(message: Message) -> Sequence[str]:
    return message.rows if message.call is None else message.call.rows


def _plain(message: Message) -> str:
    """Who, number and state of a call, then the rows, with their paragraphs."""
    call = message.call
    head = "\n".join(filter(None, (call.who, call.number, call.state))) if call else ""
    body = "\n".join(html_lines.as_paragraphs(row) for row in _rows(message))
    return "\n\n".join(filter(None, (head, body)))


def _buttons(message: Message) -> list[dict[str, str]]:
    """Its actions, to call back, to open what it is about, then its other buttons; each address once."""
    titles = {_action_link(message, action): one_line(action["title"]) for action in message.actions}
    dial = [(message.call.link, _("Dial the number"))] if message.call and message.call.link else []
    opening = message.opening or (_("Open the notification centre") if message.url == INBOX_URL else _("Open"))
    pairs = [*dial, (message.url, opening), *((button["url"], button["title"]) for button in message.buttons)]
    if message.url == INBOX_URL:
        pairs.append(pairs.pop(len(dial)))
    for url, title in pairs:
        if is_safe_link(url):
            titles.setdefault(absolute(url), one_line(title))
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
