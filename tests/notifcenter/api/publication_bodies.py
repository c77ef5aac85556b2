"""Random calls that publish: bodies that are right, nearly right or nonsense, and headers of every sort."""

import json
import time
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

Pairs = list[tuple[str, str]]
"""An object as JSON text: names, which may come twice, and values."""

WORDS = [
    "",
    "A call",
    "Входящий",
    " around ",
    "a & b",
    "<b>bold</b>",
    "<script>x</script>",
    "&#x202e;",
    "\u200b",
    "a\u200bb",
    "two\nlines",
    "tab\t",
    "\x00",
    "\x1c",
    "\x85",
    "\u2028",
    "\ufeff",
    "\ud800",
    "\U0001f4de",
    "\u202e",
    "x" * 255,
    "x" * 256,
    "я" * 4000,
    "я" * 4001,
    "/path",
    "//host",
    "https://host.test/x?y=1",
    "javascript:x",
    "tel:+79",
    "mailto:a@b",
    "http://u@h/",
    "http://[",
    "2024-01-01T00:00:00Z",
    "1e400",
    "²",
]
LITERALS = ["NaN", "Infinity", "-Infinity", "1.0", "1e2", "-0", "-0.0", "01", "1e400", "9" * 25, "9" * 5000, "0x1"]
LITERALS += [
    "null",
    "true",
    "false",
    "7",
    "-1",
    "1700000000",
    "1700000000000",
    "10000001",
    "nul",
    "'a'",
    '"\\u12"',
    '"a',
]
LITERALS += ["[" * 25 + "]" * 25, '{"a":' * 25 + "1" + "}" * 25, "[]", "{}", "[1]", '{"id":1}']
NAMES = ["kind", "recipients", "text", "header", "date", "link", "element", "click_link", "icon", "to", "duration"]
NAMES += ["from", "tex", "", "widget_code", "details", "id", "\ud800", "Kind", "key", "renew", "fold_key", "send_at"]
NAMES += ["expires_at", "priority", "category", "read_on_show", "image", "actions", "owner", "repeats"]
CATEGORY = "billing"
LATER = int(time.time()) + 86_400

CONTENT_TYPES = ["application/json; charset=latin-1", "APPLICATION/JSON ", "text/plain", ""]

words = st.sampled_from(WORDS) | st.text(max_size=20)
ascii_only = st.booleans()


def text(value: object, *, escaped: bool) -> str:
    """As JSON text, all but ASCII escaped or as it is."""
    return json.dumps(value, ensure_ascii=escaped)


def elements() -> SearchStrategy[Any]:
    """What a publication may be about."""
    ids = st.integers(-(2**70), 2**70) | st.sampled_from(["a-1", "x" * 65, "", "я", 5, 1.5, True])
    return st.fixed_dictionaries(
        {"id": ids, "type": st.sampled_from(["contact", "lead", "company", "leed", 1])}, optional={"name": words}
    )


def actions() -> SearchStrategy[Any]:
    """Buttons."""
    one = st.fixed_dictionaries(
        {"id": st.sampled_from(["take", "done", "A b", 1]), "title": words},
        optional={"url": words, "exclusive": st.booleans(), "style": st.sampled_from(["primary", "odd"])},
    )
    return st.lists(one, max_size=4) | st.just("take")


def life() -> dict[str, SearchStrategy[Any]]:
    """What a publication says about how long it lives, and what it changes."""
    moments = st.sampled_from([1, LATER, LATER + 60, 2**70, -1, str(LATER), float(LATER)])
    return {
        "key": st.sampled_from(["k", " k ", "other", "", "x" * 256, 7]),
        "renew": st.sampled_from([True, False, 1]),
        "fold_key": st.sampled_from(["f", "other", False, True, ""]),
        "send_at": moments,
        "expires_at": moments,
    }


def values(people: list[Any]) -> dict[str, SearchStrategy[Any]]:
    """Values that are mostly right, by field."""
    named = st.sampled_from([*people, "nobody", "all", "group:none", -1, 2**70, "x" * 256, True, "ANNA"])
    return {
        "kind": st.sampled_from(["call", "error", "message", "Call", "", 1]),
        "recipients": st.lists(named, max_size=3) | st.lists(st.sampled_from(people), min_size=1) | st.just("nobody"),
        "text": words,
        "header": words,
        "date": st.integers() | words | st.floats(allow_nan=False),
        "link": words,
        "click_link": words,
        "icon": words,
        "element": elements(),
        "to": words,
        "from": words,
        "duration": st.integers(-1, 10_000_001) | st.just(1.0),
        "priority": st.sampled_from(["low", "normal", "high", "critical", "hihg", 1]),
        "category": st.sampled_from([CATEGORY, f" {CATEGORY}", "biling", "", 5]),
        "read_on_show": st.sampled_from([True, False, "yes"]),
        "image": st.sampled_from(["https://a.test/x.png", "http://a.test/x.png", "/x.png", ""]),
        "actions": actions(),
    } | life()


@st.composite
def bodies(draw: st.DrawFn, people: list[Any]) -> bytes:
    """The bytes of a body: often a right one, or one with a few things wrong."""
    known, escaped = values(people), draw(ascii_only)
    right = {"kind": draw(st.sampled_from(["call", "error", "message"])), "recipients": [people[0]], "text": "A call"}
    more = {name: draw(known[name]) for name in draw(st.lists(st.sampled_from(list(known)), max_size=4))}
    pairs: Pairs = [(name, text(value, escaped=escaped)) for name, value in (right | more).items()]
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        odd = draw(st.sampled_from(LITERALS) | words.map(lambda value: text(value, escaped=True)))
        pairs.insert(draw(st.integers(0, len(pairs))), (draw(st.sampled_from(NAMES)), odd))
    for _ in range(draw(st.sampled_from([0, 0, 0, 1]))):
        pairs.pop(draw(st.integers(0, len(pairs) - 1))) if pairs else None
    body = "{" + ", ".join(f"{text(name, escaped=True)}: {value}" for name, value in pairs) + "}"
    return draw(st.sampled_from(["", "", "", " ", "\n", "\ufeff"])).encode() + _encoded(draw, body)


def _encoded(draw: st.DrawFn, body: str) -> bytes:
    encoding = draw(st.sampled_from([*["utf-8"] * 8, "utf-16", "utf-8-sig", "latin-1", "utf-32-le"]))
    after = draw(st.sampled_from([*[""] * 8, " ", "\n", "x", "{}", "\x00", ","]))
    return (body + after).encode(encoding, errors="surrogatepass" if encoding != "latin-1" else "replace")


def headers() -> SearchStrategy[dict[str, str]]:
    """Headers as WSGI names them, None: without it; ``TOKEN`` in the authorization stands for the provider's token."""
    good = st.just("Bearer TOKEN")
    odd = st.sampled_from(
        ["", "Bearer", "bearer  TOKEN ", "BEARER TOKEN", "TOKEN", "Basic TOKEN", "Bearer ncp_1_2", "Bearer x"]
    )
    return st.fixed_dictionaries(
        {
            "HTTP_AUTHORIZATION": good | good | odd,
            "HTTP_HOST": st.sampled_from(["localhost", "127.0.0.1:1", "evil", ""]),
        },
        optional={
            "CONTENT_TYPE": st.sampled_from([*CONTENT_TYPES, None]),
            "HTTP_IDEMPOTENCY_KEY": st.sampled_from(["a", "b", "", "x" * 255, "x" * 256, "\x07", "\xff"]),
            "HTTP_X_REQUEST_ID": st.sampled_from(["id-1", "bad id", "x" * 65]),
            "HTTP_ORIGIN": st.sampled_from(["https://crm.test", "null"]),
            "HTTP_ACCEPT_ENCODING": st.just("gzip"),
            "HTTP_ACCEPT": st.sampled_from(["text/html", "*/*"]),
            "HTTP_ACCEPT_LANGUAGE": st.just("ru"),
            "HTTP_COOKIE": st.sampled_from(["sessionid=x", "theme=dark; django_language=ru"]),
            "HTTP_CONTENT_ENCODING": st.just("gzip"),
            "HTTP_X_NOTIFCENTER_USER": st.just("1"),
            "HTTP_X_FORWARDED_PROTO": st.just("https"),
            "HTTP_X_FORWARDED_FOR": st.just("10.0.0.1, x"),
            "HTTP_X_HTTP_METHOD_OVERRIDE": st.just("GET"),
            "QUERY_STRING": st.sampled_from(["a=1", "%00", "format=json"]),
            "REQUEST_METHOD": st.sampled_from(["GET", "PUT", "OPTIONS"]),
            "PATH_INFO": st.sampled_from(["/api/v1/notifications", "/api/v1/notifications/batch/", "//"]),
        },
    )
