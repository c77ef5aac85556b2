r"""PostgreSQL's COPY in text form: a line for each row, tabs between columns, ``\N`` for NULL, backslash escapes."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

NULL = r"\N"
ESCAPES = {"\\": "\\", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_escaped = str.maketrans({character: f"\\{letter}" for letter, character in ESCAPES.items()})
_escape = re.compile(r"\\(.)")

TEXT_OF: dict[type, Callable[[Any], str]] = {
    type(None): lambda value: NULL,
    bool: lambda value: "t" if value else "f",
    int: str,
    float: repr,
    Decimal: str,
    str: lambda value: value.translate(_escaped),
    datetime: lambda value: f"{value}+00",
    date: str,
    time: str,
}
"""How a value that SQLite gives is written; its times are in UTC and do not say so."""

SQLITE_OF: dict[str, Callable[[str], str | bool]] = {
    "BooleanField": lambda text: text == "t",
    "DateTimeField": lambda text: str(datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)),
    "UUIDField": lambda text: text.replace("-", ""),
}
"""What Django stores in SQLite for the text of a column of that type; other columns hold the text."""


def line(row: Sequence[object]) -> str:
    """A row from SQLite as a line."""
    return "\t".join([TEXT_OF[type(value)](value) for value in row]) + "\n"


def row(text: str, types: Sequence[str]) -> list[str | bool | None]:
    """A line as a row for SQLite."""
    return [_value(field, kind) for field, kind in zip(text.removesuffix("\n").split("\t"), types, strict=True)]


def _value(text: str, kind: str) -> str | bool | None:
    if text == NULL:
        return None
    if "\\" in text:
        text = _escape.sub(lambda match: ESCAPES[match[1]], text)
    return SQLITE_OF[kind](text) if kind else text
