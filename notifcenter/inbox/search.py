"""Search: words and phone numbers of texts, and queries of them.

Letters and digits are words. Digits among spaces, brackets, dots and dashes are one number; of a number that begins
with 8, that may be +7. Words compare in any case, with ё as е.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from notifcenter.content import plain_text

NUMBER_DIGITS_MIN = 4
CODE = str.maketrans("0123456789", "!\"#$&'()*+")

_word = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")
_within_number = re.compile(r"[ \t\xa0\u2009\u202f()\[\].\-\u2010-\u2015]*")


@dataclass(frozen=True)
class Word:
    """A word, normalized, and where it is in its text."""

    start: int
    end: int
    value: str


@dataclass(frozen=True)
class Number:
    """The digits of a number, where each is in its text, and the words it is made of."""

    digits: str
    places: tuple[int, ...]
    words: tuple[Word, ...]
    is_international: bool

    def variants(self) -> tuple[str, ...]:
        """The digits, and with 7 for a leading 8 that has no plus."""
        if self.digits.startswith("8") and not self.is_international:
            return self.digits, f"7{self.digits[1:]}"
        return (self.digits,)


@dataclass(frozen=True)
class Query:
    """What every match has: for each of ``words`` one that begins with it, each of ``numbers`` in one variant."""

    words: tuple[str, ...]
    numbers: tuple[tuple[str, ...], ...]

    @classmethod
    def parse(cls, text: str) -> "Query":
        """Raises ValueError where there is no word."""
        words, numbers = _words(text), list(_numbers(text))
        if not words:
            raise ValueError("There is no word.")
        in_numbers = {word for number in numbers for word in number.words}
        single = dict.fromkeys(word.value for word in words if word not in in_numbers)
        return cls(tuple(single), tuple(dict.fromkeys(number.variants() for number in numbers)))

    def hits(self, text: str) -> list[list[int]]:
        """[[start, end]] of what matches in a plain text, in UTF-16 units, in order, without overlaps."""
        spans = sorted([*self._word_hits(text), *self._number_hits(text)])
        merged: list[list[int]] = []
        for start, end in spans:
            if merged and start <= merged[-1][1]:
                merged[-1][1] = max(end, merged[-1][1])
            else:
                merged.append([start, end])
        return [[_utf16_units(text[:place]) for place in span] for span in merged]

    def _word_hits(self, text: str) -> Iterator[tuple[int, int]]:
        for word in _words(text):
            for begin in self.words:
                if word.value.startswith(begin):
                    yield word.start, _end_of_beginning(text, word, begin)

    def _number_hits(self, text: str) -> Iterator[tuple[int, int]]:
        parts = [part for variants in self.numbers for part in variants]
        for number in _numbers(text) if parts else ():
            for digits in number.variants():
                for part in parts:
                    for first in _occurrences(digits, part):
                        yield number.places[first], number.places[first + len(part) - 1] + 1


def has_word(text: str, begin: str) -> bool:
    """Whether a plain text has a word that begins so."""
    return any(word.value.startswith(begin) for word in _words(text))


def has_number(text: str, variants: Iterable[str]) -> bool:
    """Whether a number of a plain text has one of these digits in it."""
    return any(part in digits for number in _numbers(text) for digits in number.variants() for part in variants)


def searched(notification: Any) -> str:
    """What ``Notification.search`` and ``InboxItem.search`` have of a notification: "number,number|kind word word".

    The numbers are ``encoded``. The kind is there where the title is a default, which depends on the reader.
    """
    details = notification.details
    caller = details.get("caller") or {}
    fields = [notification.header, plain_text(notification.text)]
    fields += [str(details[name]) for name in ("from", "to") if details.get(name)]
    element = (details.get("element") or caller.get("element") or {}).get("name")
    names = [str(name) for name in (element, caller.get("name")) if name]
    numbers = dict.fromkeys(
        encoded(digits) for field in fields for each in _numbers(field) for digits in each.variants()
    )
    words = dict.fromkeys(word.value for field in [*fields, *names] for word in _words(field))
    kind = "" if notification.header else notification.kind
    return " ".join([f"{','.join(numbers)}|{kind}", *words])


def encoded(digits: str) -> str:
    """Digits of a number in other characters, so that they are not looked for among words; LIKE knows none of them."""
    return digits.translate(CODE)


def _words(text: str) -> list[Word]:
    return [Word(match.start(), match.end(), _normalized(match[0])) for match in _word.finditer(text)]


def _numbers(text: str) -> Iterator[Number]:
    for run in _runs(text, _words(text)):
        places = tuple(place for word in run for place in range(word.start, word.end))
        if len(places) >= NUMBER_DIGITS_MIN:
            is_international = text[: places[0]].rstrip(" (").endswith("+")
            digits = "".join(str(unicodedata.decimal(text[place])) for place in places)
            yield Number(digits, places, tuple(run), is_international)


def _runs(text: str, words: Sequence[Word]) -> Iterator[list[Word]]:
    """The words of digits alone that are together one number."""
    digits = [word for word in words if text[word.start : word.end].isdecimal()]
    run = digits[:1]
    for before, word in pairwise(digits):
        if not _within_number.fullmatch(text, before.end, word.start):
            yield run
            run = []
        run.append(word)
    yield run


def _normalized(word: str) -> str:
    if word.isascii():
        return word.lower()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold())
    return folded.replace("ё", "е")


def _end_of_beginning(text: str, word: Word, begin: str) -> int:
    """Where in a text the shortest beginning of a word ends that begins so."""
    ends = range(word.start + 1, word.end)
    return next((end for end in ends if _normalized(text[word.start : end]).startswith(begin)), word.end)


def _occurrences(digits: str, part: str) -> Iterator[int]:
    place = digits.find(part)
    while place >= 0:
        yield place
        place = digits.find(part, place + 1)


def _utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
