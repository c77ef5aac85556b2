"""The JSON of a notification (contract, section 5), for REST, the live socket and the SDK alike."""

import html
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any, Protocol
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.conf import settings
from django.templatetags.static import static
from django.utils import formats, translation
from django.utils.translation import gettext as _

from notifcenter.inbox import presses
from notifcenter.inbox.pages import Item, NotificationContent
from notifcenter.inbox.presses import Presses
from notifcenter.models import CALL_END, InboxItem, Kind, Notification

PUBLICATIONS = uuid.UUID("8a1f5f60-5f0c-4c39-9d3e-6c1f0a6f2b11")
INBOX_URL = "/inbox/"
GIVEN = ("category", "priority", "key", "image")
MONTHS_RU = ("янв.", "февр.", "мар.", "апр.", "мая", "июн.", "июл.", "авг.", "сент.", "окт.", "нояб.", "дек.")


Shown = Notification | NotificationContent
"""What is rendered: a row, or the columns read of it."""


class Reader(Protocol):
    """The person whose language and time zone it is rendered in."""

    language: str
    timezone: str


def render(
    notification: Shown,
    reader: Reader,
    *,
    read_at: datetime | None = None,
    silent: bool = False,
    pressed: Presses | None = None,
) -> dict[str, Any]:
    """The contract's keys and ``provider``, in the reader's language and time zone.

    ``pressed``: the presses of its actions, where they are known already.
    """
    if pressed is None:
        pressed = presses.of_all([notification]).get(notification.id, {})
    with translation.override(reader.language):
        return _render(notification, reader, read_at, pressed, silent=silent)


def render_all(items: Iterable[Item], reader: Reader) -> list[dict[str, Any]]:
    """``render`` for a page of items; setting the language for each of them would cost a tenth more."""
    listed = list(items)
    pressed = presses.of_all(item.notification for item in listed)
    with translation.override(reader.language):
        return [
            _render(item.notification, reader, item.read_at, pressed.get(item.notification.id, {}), silent=item.silent)
            | states(item)
            for item in listed
        ]


def states(item: InboxItem | Item) -> dict[str, Any]:
    """What its person did with an item: times in Unix seconds, only those that there are."""
    times = {"done_at": item.done_at, "pinned_at": item.pinned_at, "snoozed_until": item.snoozed_until}
    shown: dict[str, Any] = {name: int(at.timestamp()) for name, at in times.items() if at}
    if item.snoozed_until == CALL_END:
        shown["snoozed_until"] = "call_end"
    return shown


def title(notification: Shown) -> str:
    """The title as plain text, in the active language: the header, or a default by kind."""
    if notification.header:
        return notification.header
    return default_titles().get(Kind(notification.kind), notification.provider.label)


def default_titles() -> dict[Kind, str]:
    """The titles without a header, in the active language; that of a message is its provider's name."""
    return {Kind.CALL: _("Call"), Kind.ERROR: _("Error")}


def rows(notification: Shown, reader: Reader) -> list[str]:
    """The lines of the body as safe HTML, in the active language: the text, then the further fields that were given."""
    details = notification.details
    lines = [notification.text]
    if details.get("from") and not _is_text_of_exchange(notification, details["from"]):
        lines.append(html.escape(_("From: %(who)s") % {"who": details["from"]}))
    if details.get("to"):
        lines.append(html.escape(_("To: %(who)s") % {"who": details["to"]}))
    if "duration" in details:
        lines.append(html.escape(_("Duration: %(time)s") % {"time": _clock(details["duration"])}))
    if "date" in details:
        lines.append(html.escape(_date(details["date"], reader)))
    return lines


def _is_text_of_exchange(notification: Shown, sender: str) -> bool:
    """Whether an exchange gave no text, so that the text is the number already."""
    return "call" in notification.details and html.escape(sender, quote=False) == notification.text


def click_url(notification: Shown) -> str:
    """Where a click leads."""
    details = notification.details
    if details.get("click_link"):
        return str(details["click_link"])
    if about := element(notification):
        return str(settings.ENTITY_URLS[about["type"]].format(id=about["id"]))
    if url := details.get("caller", {}).get("url"):
        return str(url)
    if "phone" in details:
        return f"/contacts/add/?phone={quote(details['phone'], safe='+')}"
    if notification.kind != Kind.CALL and details.get("link"):
        return str(details["link"])
    return INBOX_URL


def element(notification: Shown) -> dict[str, Any] | None:
    """The contact, lead or company it is about: the publisher's, or that of who is calling."""
    details = notification.details
    about: dict[str, Any] | None = details.get("element") or details.get("caller", {}).get("element")
    return about


def icon(notification: Shown) -> dict[str, Any]:
    """The icon: ``call: true``, ``error: true`` or neither, and the image's address."""
    if notification.kind == Kind.MESSAGE:
        value = notification.details.get("icon") or notification.provider.icon
        return {"value": value or _image(Kind.MESSAGE)}
    return {str(notification.kind): True, "value": _image(notification.kind)}


def buttons(notification: Shown) -> list[dict[str, Any]]:
    """The buttons, primary first, in the active language."""
    details = notification.details
    if "phone" in details:
        return [_button(click_url(notification), details["phone"])]
    if notification.kind == Kind.CALL and details.get("link"):
        return [_button(details["link"], _("Listen to the recording"))]
    return []


def _render(
    notification: Shown, reader: Reader, read_at: datetime | None, pressed: Presses, *, silent: bool
) -> dict[str, Any]:
    pk, url = str(notification.id), click_url(notification)
    created = int(notification.created_at.timestamp())
    return {
        "id": pk,
        "notification_id": pk,
        "uuid": uid(notification),
        "entity": element(notification),
        "linked_entity": None,
        "created_at": created,
        "updated_at": max(created, *(int(at.timestamp()) for at in (read_at, notification.changed_at) if at), 0),
        "is_read": read_at is not None,
        "silent": silent,
        "notification": True,
        "body": (body := _body(notification, reader, url)),
        "click": {"type": "url", "value": url},
        "web_link": url,
        "absolute_link": _is_absolute(url),
        "buttons": body["actions"]["buttons"],
        "provider": provider(notification),
        **_life(notification),
        **_actions(notification, reader, pressed),
    }


def _of_call(details: dict[str, Any]) -> dict[str, Any]:
    """The keys that only calls have: ``call`` of an exchange's, ``caller`` where that was looked up."""
    caller = details.get("caller")
    of_exchange = {"call": details["call"]} if "call" in details else {}
    return of_exchange | ({"caller": {"name": caller["name"], "number": caller["number"]}} if caller else {})


def _actions(notification: Shown, reader: Reader, pressed: Presses) -> dict[str, Any]:
    """The actions that were given, with what became of them."""
    if not notification.details.get("actions"):
        return {}
    return {"actions": presses.shown(notification, pressed, getattr(reader, "pk", None))}


def _life(notification: Shown) -> dict[str, Any]:
    """What was given or came to be: category, priority, key, image, repeats, and times in Unix seconds."""
    given = {name: notification.details[name] for name in GIVEN if name in notification.details}
    times = {"renewed_at": notification.renewed_at, "expires_at": notification.expires_at}
    repeats = {"repeats": notification.repeats} if notification.repeats else {}
    return (
        _of_call(notification.details)
        | given
        | repeats
        | {name: int(at.timestamp()) for name, at in times.items() if at}
    )


def _body(notification: Shown, reader: Reader, url: str) -> dict[str, Any]:
    return {
        "title": title(notification),
        "icon": icon(notification),
        "rows": _styled(rows(notification, reader), notification.kind),
        "actions": {
            "click": {"url": url},
            "buttons": buttons(notification),
            "read_on_show": bool(notification.details.get("read_on_show")),
        },
    }


def uid(notification: Shown) -> str:
    """A second id, the same wherever the notification is shown."""
    return str(uuid.uuid5(PUBLICATIONS, str(notification.id)))


def provider(notification: Shown) -> dict[str, str]:
    """The provider's code, icon, and name in the active language."""
    source = notification.provider
    return {"code": source.code, "name": source.label, "icon": source.icon}


@cache
def _image(kind: str) -> str:
    return static(f"notifcenter/icons/{kind}.svg")


def _styled(lines: list[str], kind: str) -> list[dict[str, str]]:
    first = "h3" if kind == Kind.CALL else "h4"
    return [
        {"style": "default", "text": line, "class_height": "h5" if index else first} for index, line in enumerate(lines)
    ]


def _button(url: str, label: str) -> dict[str, Any]:
    return {"url": url, "title": label, "web_link": url, "absolute_link": _is_absolute(url)}


def _is_absolute(url: str) -> bool:
    return not url.startswith("/")


def _clock(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _date(seconds: int, reader: Reader) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    try:
        moment = moment.astimezone(ZoneInfo(reader.timezone))
    except OverflowError:  # the last hours of the year 9999
        pass
    return _as_browsers_write(moment)


def _as_browsers_write(moment: datetime) -> str:
    """As popups write the same moment: Unicode's medium date and short time."""
    if translation.get_language() == "ru":
        return f"{moment.day} {MONTHS_RU[moment.month - 1]} {moment.year} г., {moment:%H:%M}"
    return formats.date_format(moment, "M j, Y, g:i A")
