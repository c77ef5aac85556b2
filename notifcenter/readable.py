"""A notification as people read it: numbers as they are written, who is calling, the subject of its mail.

What providers get back and widgets are given has each number as it was sent (``payload``).
"""

import html
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from django.utils import translation
from django.utils.translation import gettext as _

from notifcenter import payload
from notifcenter.calls import phone_numbers
from notifcenter.calls.phone_numbers import PhoneNumber
from notifcenter.channel import CallFacts
from notifcenter.content import plain_text, shorten
from notifcenter.inbox.pages import Item
from notifcenter.inbox.presses import Presses
from notifcenter.models import CallState, Kind
from notifcenter.models.call_state import OVER
from notifcenter.payload import Reader, Shown

SUBJECT_TEXT_MAX = 120


class PageReader(Reader, Protocol):
    """A person on a page; ``readable``: the page draws ``document``, as ours do."""

    readable: bool


def render(
    notification: Shown,
    reader: PageReader,
    *,
    read_at: datetime | None = None,
    silent: bool = False,
    pressed: Presses | None = None,
) -> dict[str, Any]:
    """``payload.render``, with ``document`` under ``readable`` where the page draws it."""
    values = payload.render(notification, reader, read_at=read_at, silent=silent, pressed=pressed)
    if reader.readable:
        with translation.override(reader.language):
            values["readable"] = document(notification, reader)
    return values


def render_all(items: Sequence[Item], reader: Reader, *, readable: bool) -> list[dict[str, Any]]:
    """``payload.render_all``, with the same."""
    rendered = payload.render_all(items, reader)
    if readable:
        with translation.override(reader.language):
            for values, item in zip(rendered, items, strict=True):
                values["readable"] = document(item.notification, reader)
    return rendered


def rows(notification: Shown, reader: Reader) -> list[str]:
    """``payload.rows`` with numbers as people write them, as ``tel:`` links."""
    national = notification.kind == Kind.CALL
    return [phone_numbers.linked(row, national=national) for row in payload.rows(notification, reader)]


def message_rows(notification: Shown, reader: Reader) -> list[str]:
    """The rows of a mail or a push, which also say who is calling and what became of the call."""
    details = notification.details
    name = details.get("caller", {}).get("name", "")
    return [html.escape(line) for line in (name, call_state(notification)) if line] + rows(notification, reader)


def buttons(notification: Shown) -> list[dict[str, Any]]:
    """``payload.buttons``; one that is named by a number has it as people write it."""
    return [button | {"title": _readable_title(button["title"])} for button in payload.buttons(notification)]


def document(notification: Shown, reader: Reader) -> dict[str, Any]:
    """What our own pages draw: ``rows`` and ``buttons``; of a call also ``number`` {text, link} or None, ``state`` in
    words, the ``recording`` that can be played in the page, and ``who``, empty where the title is the publisher's own.

    A row that says no more than the number is not repeated, nor a button that only leads to the recording.
    """
    if notification.kind != Kind.CALL:
        return {"rows": rows(notification, reader), "buttons": buttons(notification)}
    caller_number, played = number(notification), _recording(notification)
    return {
        "rows": _rows_beside(caller_number, notification, reader),
        "buttons": [button for button in buttons(notification) if button["url"] != played],
        "who": "" if notification.header else who(notification),
        "number": {"text": caller_number.shown, "link": f"tel:{caller_number.e164}"} if caller_number else None,
        "state": call_state(notification),
        "recording": played,
    }


def _rows_beside(caller_number: PhoneNumber | None, notification: Shown, reader: Reader) -> list[str]:
    """The rows without those that only repeat the number; first who is calling, where nothing else names them."""
    shown = caller_number.shown if caller_number else None
    repeated = {shown, _("From: %(who)s") % {"who": shown}} if shown else set()
    is_unnamed = notification.header and not payload.element(notification)
    name = notification.details.get("caller", {}).get("name", "") if is_unnamed else ""
    beside = [row for row in rows(notification, reader) if plain_text(row) not in repeated]
    return [html.escape(name), *beside] if name else beside


def call_facts(notification: Shown, reader: Reader) -> CallFacts:
    """What a mail shows of a call apart from its rows."""
    name, caller_number = who(notification), number(notification)
    said_before = {name, _("From: %(who)s") % {"who": name}, call_state(notification)}
    beside = [row for row in _rows_beside(caller_number, notification, reader) if plain_text(row) not in said_before]
    return CallFacts(
        who=name,
        number=caller_number.shown if caller_number else "",
        link=f"tel:{caller_number.e164}" if caller_number else "",
        state=call_state(notification),
        is_missed=notification.details.get("call", {}).get("state") == CallState.MISSED,
        rows=tuple(beside),
    )


def opening(notification: Shown) -> str:
    """What a click does, for a button; empty where it only leads to the inbox."""
    url = payload.click_url(notification)
    if url == payload.INBOX_URL:
        return ""
    if "click_link" not in notification.details and (about := payload.element(notification)):
        names = {"contact": _("Open the contact"), "lead": _("Open the deal"), "company": _("Open the company")}
        return names[about["type"]]
    return _("Create a contact") if url.startswith("/contacts/add/") else _("Open")


def who(notification: Shown) -> str:
    """The name of who is calling: the element's, else ``from`` where it is no number, else the one looked up."""
    details = notification.details
    if name := (details.get("element") or {}).get("name"):
        return str(name)
    sender = str(details.get("from", ""))
    if sender and not phone_numbers.of_field(sender):
        return sender
    return str(details.get("caller", {}).get("name", ""))


def number(notification: Shown) -> PhoneNumber | None:
    """The number of who is calling: ``from`` where it is one, else the first in the text."""
    details = notification.details
    sender = str(details.get("from") or details.get("phone") or "")
    of_sender = phone_numbers.of_field(sender)
    return of_sender or next(iter(phone_numbers.in_text(plain_text(notification.text), national=True)), None)


def subject(notification: Shown) -> str:
    """The subject of a mail about it, in the active language: what, and who; a given header stands as it is."""
    if notification.header or notification.kind == Kind.MESSAGE:
        return payload.title(notification)
    return ": ".join(filter(None, (payload.title(notification), _matter(notification))))


def call_state(notification: Shown) -> str:
    """What became of a call of an exchange, in the active language; empty where nothing did yet."""
    call = notification.details.get("call", {})
    if call.get("state") == CallState.MISSED:
        return _("Missed call")
    if call.get("state") not in OVER:
        return ""
    answered_by = call.get("answered_by")
    return _("Answered by %(who)s") % {"who": answered_by["name"]} if answered_by else _("Answered")


def _readable_title(title: str) -> str:
    of_title = phone_numbers.of_field(title)
    return of_title.shown if of_title else title


def _recording(notification: Shown) -> str:
    """The address of a recording that a page may load: over https, or of this site."""
    link = str(notification.details.get("link") or "")
    return link if link.startswith(("https://", "/")) else ""


def _matter(notification: Shown) -> str:
    first_line = plain_text(notification.text).strip().partition("\n")[0]
    if notification.kind == Kind.CALL:
        caller_number = number(notification)
        named = ", ".join(filter(None, (who(notification), caller_number.shown if caller_number else "")))
        return named or shorten(first_line, SUBJECT_TEXT_MAX)
    return shorten(first_line, SUBJECT_TEXT_MAX)
