"""Content: dates, lengths, safe HTML and links of what providers send."""

import html
import math
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import nh3

HEADER_MAX, TEXT_MAX, LINK_MAX = 255, 4000, 2000
LAST_SECOND = 253_402_300_799
MILLISECONDS_FROM = 100_000_000_000
SCHEMES = {"http", "https", "tel", "mailto"}
TAGS = {"a", "b", "br", "div", "em", "i", "p", "span", "strong", "u"}

_controls = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_markup = re.compile(r"[<>&\r\x00\xa0\ufeff]")  # without one of these ammonia changes nothing, but takes its time
_breaks = re.compile(r"<br\s*/?>|</p>|</div>", re.IGNORECASE)


def is_clean(value: str) -> bool:
    """Whether it is free of control characters (but line breaks and tabs), direction overrides and lone surrogates."""
    return not _controls.search(value)


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
    return nh3.clean(
        value,
        tags=TAGS,
        attributes={"*": {"class"}, "a": {"class", "href"}},
        generic_attribute_prefixes={"data-"},
        url_schemes=SCHEMES,
        attribute_filter=_only_safe_links,
        link_rel="noopener noreferrer",
    )


def plain_text(value: str) -> str:
    """Safe HTML as plain text with its line breaks."""
    if not _markup.search(value):
        return value.strip()
    broken = _breaks.sub(lambda match: "\n" + match.group(), value)
    return html.unescape(nh3.clean(broken, tags=set())).strip()


def shorten(value: str, limit: int) -> str:
    """At most ``limit`` characters, the last one an ellipsis when something was cut."""
    return value if len(value) <= limit else value[: limit - 1].rstrip() + "…"


def as_unix_seconds(value: Any) -> int:
    """A date in Unix seconds or milliseconds, or in ISO 8601, as Unix seconds; raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("Give Unix seconds, milliseconds or an ISO 8601 string.")
    seconds = _number(value) if not isinstance(value, str) or _is_number(value) else _iso(value)
    if not 0 <= seconds <= LAST_SECOND:
        raise ValueError("The date must lie between the years 1970 and 9999.")
    return int(seconds)


def _only_safe_links(_tag: str, attribute: str, value: str) -> str | None:
    return value if attribute != "href" or is_safe_link(value) else None


def _is_number(value: str) -> bool:
    return bool(re.fullmatch(r"\d{1,20}(\.\d+)?", value.strip()))


def _number(value: float | str) -> float:
    number = float(value) if abs(float(value)) < 1e20 else math.inf
    return number / 1000 if MILLISECONDS_FROM <= number < MILLISECONDS_FROM * 1000 else number


def _iso(value: str) -> float:
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        raise ValueError("Give Unix seconds, milliseconds or an ISO 8601 string.") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
