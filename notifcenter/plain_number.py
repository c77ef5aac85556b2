"""Numbers in text that strangers send: plain digits within what a database column holds, or nothing."""

COLUMN_MAX = 2**63 - 1


def plain_number(text: str, most: int = COLUMN_MAX) -> int | None:
    """The number from 0 to ``most`` that ASCII digits without leading zeros write, else None.

    ``str.isdigit`` alone takes ``²``, and ``int`` takes signs, spaces, underscores and thousands of digits.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))) or (text[0] == "0" and text != "0"):
        return None
    number = int(text)
    return number if number <= most else None
