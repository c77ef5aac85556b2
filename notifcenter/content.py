"""Content: dates, lengths, safe HTML and links of what providers send."""

import html
import math
import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

import nh3

from notifcenter import html_lines
from notifcenter.our_markup import is_our_class, is_our_data

HEADER_MAX, TEXT_MAX, LINK_MAX = 255, 4000, 2000
DATE_MAX = 64
LAST_SECOND = 253_402_300_799
MILLISECONDS_FROM = 100_000_000_000
SCHEMES = {"http", "https", "tel", "mailto"}
TAGS = {"a", "b", "br", "div", "em", "i", "p", "span", "strong", "u"}

_MARKS = (
    "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063"
)
_MARKS += "\u2064\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\ufeff\ufff9\ufffa\ufffb"
_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0000-\U000e0fff"
_AROUND = _MARKS + " \t\xa0"

_controls = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_markup = re.compile(r"[<>&\r\x00\xa0\ufeff]")  # without one of these ammonia changes nothing, but takes its time
_visible = re.compile(rf"[^\s\x00-\x1f\x7f-\x9f{_MARKS}{_FILLERS}]")
_marks = str.maketrans("", "", _MARKS)
_shown = rf"[^\s\x00-\x1f\x7f-\x9f\ud800-\udfff{_MARKS}{_FILLERS}]"
_inside = r"[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
_plain_line = re.compile(rf"{_shown}(?:{_inside}*{_shown})?")


def is_clean(value: str) -> bool:
    """Whether it is free of control characters (but line breaks and tabs), direction overrides and lone surrogates."""
    return not _controls.search(value)


def is_plain_line(value: str) -> bool:
    """Whether it is one clean line that begins and ends with something visible, as nearly all are: there is nothing to
    take out of it and nothing to refuse but its length."""
    return bool(_plain_line.fullmatch(value))


def is_plain_html(value: str) -> bool:
    """Whether it is such a line without markup."""
    return is_plain_line(value) and not _markup.search(value)


def is_blank(value: str) -> bool:
    """Whether a text of simple HTML shows nothing: empty tags, spaces and invisible marks."""
    words = html.unescape(nh3.clean(value, tags=set())) if _markup.search(value) else value
    return not _visible.search(words)


def without_marks_around(value: str) -> str:
    """A plain field without the spaces and the invisible marks that came along when it was copied."""
    return value.strip(_AROUND)


def without_marks(value: str) -> str:
    """A plain field without any invisible mark, control character or space around it."""
    return _controls.sub("", value.translate(_marks)).strip()


def is_safe_link(value: str) -> bool:
    """Whether a link leads to http, https, tel, mailto or a path of this site, without a way around that rule."""
    if not value or not is_clean(value) or any(c.isspace() for c in value) or "\\" in value:
        return False
    if value.startswith("/"):
        return not value.startswith("//")
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    if parts.scheme in {"tel", "mailto"}:
        return True
    return parts.scheme in SCHEMES and bool(parts.hostname) and not parts.username


def is_safe_image(value: str) -> bool:
    """Whether an image is fetched by http, https or from this site."""
    return is_safe_link(value) and not value.startswith(("tel:", "mailto:"))


def safe_html(value: str) -> str:
    """The allowed simple HTML; everything else is removed or escaped by ammonia's rules."""
    if not _markup.search(value):
        return value
    cleaned = nh3.clean(
        value,
        tags=TAGS | html_lines.STRUCTURE,
        attributes={"*": {"class"}, "a": {"class", "href"}},
        generic_attribute_prefixes={"data-"},
        url_schemes=SCHEMES,
        attribute_filter=_only_theirs,
        link_rel="noopener noreferrer",
    )
    return _controls.sub("", html_lines.as_simple(cleaned))  # they may have come in as entities


def plain_text(value: str) -> str:
    """Safe HTML as plain text, its line breaks kept."""
    return html_lines.as_plain(value) if _markup.search(value) else value.strip()


def shorten(value: str, limit: int) -> str:
    """At most ``limit`` characters, the last one an ellipsis when something was cut."""
    return value if len(value) <= limit else value[: limit - 1].rstrip() + "…"


def as_unix_seconds(value: object) -> int:
    """A date in Unix seconds or milliseconds, or in ISO 8601, as Unix seconds; raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("Give Unix seconds, milliseconds or an ISO 8601 string.")
    if isinstance(value, str) and len(value) > DATE_MAX:
        raise ValueError(f"A date has {DATE_MAX} characters at most.")
    seconds = _number(value) if not isinstance(value, str) or _is_number(value) else _iso(value)
    if not 0 <= seconds <= LAST_SECOND:
        raise ValueError("The date must lie between the years 1970 and 9999.")
    return int(seconds)


def _only_theirs(_tag: str, attribute: str, value: str) -> str | None:
    """The value of an attribute that may stay: no unsafe link, and none of our own classes and data attributes."""
    if attribute == "href":
        return value if is_safe_link(value) else None
    if attribute == "class":
        return " ".join(name for name in value.split() if not is_our_class(name)) or None
    return None if is_our_data(attribute) else value


def _is_number(value: str) -> bool:
    return bool(re.fullmatch(r"\d{1,20}(\.\d+)?", value.strip()))


def _number(value: float | str) -> float:
    number = math.inf if isinstance(value, int) and abs(value) > LAST_SECOND * 1000 else float(value)
    return number / 1000 if MILLISECONDS_FROM <= number < MILLISECONDS_FROM * 1000 else number


def _iso(value: str) -> float:
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        raise ValueError("Give Unix seconds, milliseconds or an ISO 8601 string.") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
