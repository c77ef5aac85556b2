"""Near misses: the name that was probably meant. Names of fields and choices only, never of people."""

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST = 64  # comparing costs the product of both lengths


def did_you_mean(given: object, known: Iterable[str]) -> str:
    """A sentence that begins with a space, or nothing where no known name is near."""
    if not isinstance(given, str) or len(given) > LONGEST:
        return ""
    by_folded = {name.casefold(): name for name in known}
    near = get_close_matches(given.casefold(), by_folded, n=1)
    return f" Did you mean {by_folded[near[0]]!r}?" if near else ""
