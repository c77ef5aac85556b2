"""The doctor's checks by name: each package registers what it knows how to try."""

from collections.abc import Callable, Iterator

NAMES = ("database", "broker", "live", "mail", "push", "clock", "folders", "address")
"""In the order in which they are tried and shown."""
REASON_MAX = 150

Check = Callable[[], None]
_checks: dict[str, Check] = {}


class Failed(Exception):
    """What is wrong, and what cures it."""


def check(name: str) -> Callable[[Check], Check]:
    """Register what is tried under one of ``NAMES``; it raises Failed, and does nothing where nothing is set up."""

    def register(function: Check) -> Check:
        _checks[name] = function
        return function

    return register


def results() -> Iterator[tuple[str, str]]:
    """Each name with what is wrong and its cure, in one line; an empty text where all is well."""
    for name in NAMES:
        yield name, _tried(_checks[name])


def first_line(error: BaseException) -> str:
    """What an error says at most in ``REASON_MAX`` characters, without a second line and without a full stop."""
    lines = str(error).strip().splitlines()
    return lines[0][:REASON_MAX].rstrip(".") if lines else type(error).__name__


def _tried(function: Check) -> str:
    try:
        function()
    except Failed as error:
        return " ".join(str(error).split())
    except Exception as error:
        return f"{type(error).__name__}: {first_line(error)}"
    return ""
