"""How usernames are compared."""

import unicodedata


def comparable(name: str) -> str:
    """A form in which two spellings of one username are equal: NFKC, whatever the letter case."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
