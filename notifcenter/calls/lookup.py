"""Who is calling: a service of the host application is asked by number.

Asking costs nothing but the name: a call waits for ``WAIT_SECONDS`` at most; what comes later completes it in place.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings

from notifcenter import content
from notifcenter.calls import phone_numbers
from notifcenter.models import Kind
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.recipients import ALL, GROUP, Named
from notifcenter.signals import looking_up

WAIT_SECONDS = 0.3
NAME_MAX = 255


@dataclass(frozen=True)
class Caller:
    """Who a number belongs to; ``element`` is {id, type, name} or None, ``url`` where a click leads, or empty."""

    name: str
    element: dict[str, Any] | None = None
    url: str = ""


User = int | str | None
Answer = Future[Caller | None]
Pending = Sequence[tuple[Publication, Answer]]
"""Calls whose caller is not known yet, each with the answer to come."""


def number_to_look_up(kind: str, details: Mapping[str, Any]) -> phone_numbers.PhoneNumber | None:
    """The number of a call about no element that is known."""
    if kind != Kind.CALL or details.get("element"):
        return None
    return phone_numbers.of_field(str(details.get("from") or details.get("phone") or ""))


def is_open(kind: str, details: Mapping[str, Any]) -> bool:
    """Whether it is a call of which nobody knows yet who is calling."""
    return "caller" not in details and number_to_look_up(kind, details) is not None


def is_asked_about(publication: Publication) -> bool:
    """Whether it is a call of which a service is asked who is calling."""
    return _number_to_ask_about(publication) is not None


def identify(publications: Iterable[Publication], *, wait: float = WAIT_SECONDS) -> Pending:
    """Write into each call who is calling, as far as that is known within ``wait`` seconds for all of them together.

    Gives what is still to come.
    """
    requests = [(publication, answer) for publication in publications if (answer := _answer_about(publication))]
    deadline = time.monotonic() + wait
    pending = []
    for publication, answer in requests:
        try:
            write(publication.details, answer.result(timeout=max(0.0, deadline - time.monotonic())))
        except TimeoutError:
            pending.append((publication, answer))
    return pending


def write(details: dict[str, Any], caller: Caller | None) -> None:
    """Write who is calling into the details of a call; None: nobody knows."""
    if caller is not None:
        number = details.get("from") or details.get("phone")
        details["caller"] = {"number": number} | {name: value for name, value in asdict(caller).items() if value}


def parsed(document: object) -> Caller:
    """The caller of the service's JSON; raises ValueError where it has not the shape that was agreed."""
    if not isinstance(document, dict):
        raise ValueError("It is no object")
    name, element, url = document.get("name"), document.get("element"), document.get("url") or ""
    if not isinstance(name, str) or not (name := _line(name)):
        raise ValueError("name is no text that shows something")
    if not isinstance(url, str) or len(url) > content.LINK_MAX or (url and not content.is_safe_link(url)):
        raise ValueError("url is no link")
    return Caller(name, None if element is None else _element(element), url)


def _number_to_ask_about(publication: Publication) -> phone_numbers.PhoneNumber | None:
    return number_to_look_up(publication.kind, publication.details) if settings.CALLER_LOOKUP_URL else None


def _answer_about(publication: Publication) -> Answer | None:
    number = _number_to_ask_about(publication)
    if number is None:
        return None
    answers: Any = looking_up.send(Caller, number=number.e164, user=_person_named(publication.named))
    return next((answer for _receiver, answer in answers if answer is not None), None)


def _person_named(named: Named | None) -> User:
    """The first of the recipients that is a person, and no group."""
    names = () if named in (None, ALL) else named or ()
    return next((name for name in names if not str(name).startswith(GROUP)), None)


def _element(element: object) -> dict[str, Any]:
    if not isinstance(element, dict) or element.get("type") not in ("contact", "lead", "company"):
        raise ValueError("element is none")
    pk, name = element.get("id"), element.get("name") or ""
    is_number = isinstance(pk, int) and not isinstance(pk, bool) and abs(pk) < 2**63
    is_code = isinstance(pk, str) and 0 < len(pk) <= 64 and pk.replace("-", "").replace("_", "").isalnum()
    if not (is_number or is_code) or not isinstance(name, str):
        raise ValueError("element has no id")
    return {"id": pk, "type": element["type"], "name": _line(name)}


def _line(text: str) -> str:
    """Plain text on one line."""
    return content.shorten(" ".join(content.without_marks(text[: 10 * NAME_MAX]).split()), NAME_MAX)
