"""Settings as the environment gives them: each is parsed at once, and what is malformed is named with its cure."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.core.exceptions import ImproperlyConfigured

Value = TypeVar("Value")
# The types by other names: the methods that read them bear their own.
Text = str
Whole = int
Number = float
Flag = bool
List = list

FLAGS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


class Environment:
    """Reads settings by name; of a malformed one the default is taken, and ``check`` tells all of them together.

    An empty variable is one that is not set. No message repeats a value: it may be a secret.
    """

    def __init__(self, variables: Mapping[Text, Text]) -> None:
        self._variables = variables
        self._names: set[Text] = set()
        self._mistakes: List[Text] = []

    def parsed(self, name: Text, default: Value, parse: Callable[[Text], Value], cure: Text) -> Value:
        """What ``parse`` makes of the text; it raises ValueError where ``cure`` says what to write instead."""
        self._names.add(name)
        text = self._variables.get(name, "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except ValueError:
            self._mistakes.append(f"{name} is malformed: write {cure}.")
            return default

    def str(self, name: Text, default: Text = "") -> Text:
        """Any text."""
        return self.parsed(name, default, lambda text: text, "a text")

    def int(self, name: Text, default: Whole, *, least: Whole = 0, most: Whole = 10**9) -> Whole:
        """A whole number."""
        cure = f"a whole number from {least} to {most}, such as {max(default, least)}"
        return self.parsed(name, default, lambda text: _within(_whole(text), least, most), cure)

    def float(self, name: Text, default: Number, *, least: Number = 0, most: Number = 1e9) -> Number:
        """A number."""
        cure = f"a number from {least:g} to {most:g}, such as 2.5"
        return self.parsed(name, default, lambda text: _within(float(text), least, most), cure)

    def bool(self, name: Text, default: Flag) -> Flag:
        """A switch."""
        return self.parsed(name, default, lambda text: _one_of(FLAGS, text.lower()), "1 or 0")

    def choice(self, name: Text, default: Text, choices: Sequence[Text]) -> Text:
        """One of some words, in any letter case."""
        words = {word.lower(): word for word in choices}
        return self.parsed(name, default, lambda text: _one_of(words, text.lower()), f"one of {', '.join(choices)}")

    def list(self, name: Text, default: Sequence[Any] = ()) -> List[Any]:
        """Words divided by commas."""
        words = self.parsed(name, None, lambda text: [word.strip() for word in text.split(",")], "a list")
        return list(default) if words is None else [word for word in words if word]

    def json(self, name: Text, default: dict[Text, Any]) -> dict[Text, Any]:
        """A JSON object."""
        return self.parsed(name, default, _object, 'a JSON object, such as {"name": "value"}')

    def check(self) -> None:
        """Raise ImproperlyConfigured with a line for each malformed setting."""
        if self._mistakes:
            raise ImproperlyConfigured("\n".join(self._mistakes))

    def slips(self) -> Sequence[Text]:
        """A line for each variable whose name is one slip away from a setting that was read."""
        near = {given: self._nearest(given) for given in self._variables if given not in self._names}
        return [f"{given} is no setting; did you mean {name}?" for given, name in sorted(near.items()) if name]

    def _nearest(self, given: Text) -> Text:
        return next((name for name in sorted(self._names) if is_one_slip(given.upper(), name)), "")


def is_one_slip(given: str, name: str) -> bool:
    """Whether at most one letter is wrong, missing, too many, or has changed places with its neighbour."""
    longer, shorter = (given, name) if len(given) > len(name) else (name, given)
    if len(longer) > len(shorter):
        return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))
    wrong = [place for place, (one, other) in enumerate(zip(given, name, strict=True)) if one != other]
    if len(wrong) != 2:
        return len(wrong) < 2
    first, second = wrong
    return second == first + 1 and given[first] == name[second] and given[second] == name[first]


def _whole(text: str) -> int:
    if not text.isascii() or len(text) > 20:
        raise ValueError(text)
    return int(text)


def _within(number: Any, least: Any, most: Any) -> Any:
    if not least <= number <= most:
        raise ValueError(number)
    return number


def _one_of(words: Mapping[str, Value], text: str) -> Value:
    if text not in words:
        raise ValueError(text)
    return words[text]


def _object(text: str) -> dict[str, Any]:
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError(text)
    return value
