"""What a push says: a small JSON document that fits, whatever the text."""

import base64
import hashlib
import json
from bisect import bisect_right
from typing import Any
from urllib.parse import urljoin

from django.conf import settings

from notifcenter.channel import Message
from notifcenter.models import Kind, Priority
from notifcenter.payload import INBOX_URL

ACTIONS_SHOWN = 2
SHORT_TTL_SECONDS, TTL_SECONDS = 60, 24 * 3600


Members = dict[str, Any]


def ttl(message: Message) -> int:
    """Seconds the push service may keep it for a device that is not there."""
    return SHORT_TTL_SECONDS if message.closed or message.kind == Kind.CALL else TTL_SECONDS


def is_urgent(message: Message) -> bool:
    """Whether it may wake a sleeping phone."""
    return message.priority >= Priority.HIGH


def topic(message: Message) -> str:
    """32 base64url characters that say which earlier push a repeat replaces."""
    return base64.urlsafe_b64encode(hashlib.sha256(message.id.encode()).digest()[:24]).decode()


def fitted(message: Message, limit: int) -> Members:
    """The document's members, at most ``limit`` bytes as JSON: the text is cut, a link that is too long gives way.

    With actions there is also the ``user`` (id) for whom they are pressed.
    """
    if message.closed:
        return {"id": message.id, "tag": message.id, "closed": True}
    members: Members = {
        "id": message.id,
        "title": message.title,
        "body": message.text,
        "url": _linked(message.url or INBOX_URL, limit * 9 // 16) or _absolute(INBOX_URL),
        "icon": _linked(message.icon or message.provider_icon, limit // 4),
        "tag": message.id,
    } | _pressable(message)
    if size(members) > limit:
        members["title"] = _cut(members | {"body": ""}, "title", message.title, limit * 15 // 16)
        members["body"] = _cut(members, "body", message.text, limit)
    return members


def encoded(members: Members) -> bytes:
    """The document as UTF-8 JSON."""
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def size(members: Members) -> int:
    """Its bytes."""
    return len(encoded(members))


def _pressable(message: Message) -> Members:
    """Browsers show two actions; one that leads somewhere is no action of a push."""
    actions = [{"action": one["id"], "title": one["title"]} for one in message.actions if "url" not in one]
    return {"actions": actions[:ACTIONS_SHOWN], "user": message.user} if actions else {}


def _cut(members: Members, name: str, text: str, limit: int) -> str:
    if size(members | {name: text}) <= limit:
        return text
    fitting = bisect_right(range(len(text)), limit, key=lambda n: size(members | {name: text[:n] + "…"})) - 1
    return text[:fitting].rstrip() + "…" if fitting > 0 else ""


def _linked(link: str, limit: int) -> str:
    address = _absolute(link)
    return address if len(json.dumps(address, ensure_ascii=False).encode()) <= limit else ""


def _absolute(link: str) -> str:
    return urljoin(f"{settings.PUBLIC_URL}/", link) if link else ""
