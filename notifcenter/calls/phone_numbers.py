"""Phone numbers: found in what providers send, in E.164, and as people write them.

The library and its table of a region are loaded with the first number (25 ms, 3 MB), not at the start.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber as Parsed
    from phonenumbers import PhoneNumberMatch

DIGITS_MIN = 7
LENGTH_MAX = 64

_likely = re.compile(r"\d(?:\D{0,4}\d){6}")
_number_alone = re.compile(r"[\s+]*[\d(][\d\s()./\u2010-\u2015-]*\d\s*")
_tags = re.compile(r"""(<(?:"[^"]*"|[^">])*>)""")
_link_begins, _link_ends = re.compile(r"<a[\s>]", re.I), re.compile(r"</a\s*>", re.I)


@dataclass(frozen=True)
class PhoneNumber:
    """``given`` is how it was sent, ``shown`` how people write it, such as +7 999 123-45-67."""

    given: str
    e164: str
    shown: str


@lru_cache(maxsize=10_000)
def of_field(text: str) -> PhoneNumber | None:
    """The number that a field is: 7 digits or more, and nothing but what numbers are written with."""
    if len(text) > LENGTH_MAX or not _number_alone.fullmatch(text) or sum(map(str.isdecimal, text)) < DIGITS_MIN:
        return None
    parsed = _parsed(text)
    return _described(text, parsed) if parsed else None


def in_text(text: str, *, national: bool) -> list[PhoneNumber]:
    """The numbers in a plain text, in their order; without ``national`` only those that begin with a plus."""
    return [_described(match.raw_string, match.number) for match in _matches(text, national=national)]


def is_region(code: str) -> bool:
    """Whether it is the code of a region whose national numbers can be read."""
    return code in _library().SUPPORTED_REGIONS


def linked(row: str, *, national: bool) -> str:
    """Safe HTML with its numbers as people write them, each a ``tel:`` link; what is a link already stays as it is."""
    return _linked(row, national) if _likely.search(row) else row


@lru_cache(maxsize=1000)
def _linked(row: str, national: bool) -> str:  # noqa: FBT001  of a cached function
    inside_link = False
    parts = _tags.split(row)
    for index, part in enumerate(parts):
        if index % 2:
            inside_link = bool(_link_begins.match(part)) or (inside_link and not _link_ends.match(part))
        elif not inside_link:
            parts[index] = _with_links(part, national=national)
    return "".join(parts)


def _with_links(escaped: str, *, national: bool) -> str:
    """A piece of HTML without tags: numbers have no entities, but for spaces that do not break."""
    text = escaped.replace("&nbsp;", "\xa0")
    pieces, end = [], 0
    for match in _matches(text, national=national):
        number = _described(match.raw_string, match.number)
        pieces += [text[end : match.start], f'<a href="tel:{number.e164}">{number.shown}</a>']
        end = match.end
    return "".join([*pieces, text[end:]]) if pieces else escaped


def _matches(text: str, *, national: bool) -> Iterator["PhoneNumberMatch"]:
    if not _likely.search(text):
        return
    library = _library()
    for match in library.PhoneNumberMatcher(text, settings.PHONE_REGION, leniency=library.Leniency.POSSIBLE):
        is_international = match.raw_string.startswith("+")
        if is_international or (national and library.is_valid_number(match.number)):
            yield match


def _parsed(text: str) -> "Parsed | None":
    """Of PHONE_REGION, or an international one without its plus; if it is neither, whatever can be read. Else None."""
    readings = [reading for reading in (_read(text), _read(f"+{text.strip()}")) if reading]
    return next(filter(_library().is_valid_number, readings), readings[0] if readings else None)


def _read(text: str) -> "Parsed | None":
    library = _library()
    try:
        return library.parse(text, settings.PHONE_REGION)
    except library.NumberParseException:
        return None


def _described(given: str, parsed: "Parsed") -> PhoneNumber:
    library = _library()
    formats = library.PhoneNumberFormat
    e164 = library.format_number(parsed, formats.E164)
    shown = library.format_number(parsed, formats.INTERNATIONAL) if library.is_valid_number(parsed) else given
    return PhoneNumber(given, e164, shown)


def _library() -> ModuleType:
    import phonenumbers  # noqa: PLC0415  not before the first number

    return phonenumbers
