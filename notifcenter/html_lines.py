"""The lines of other people's HTML: lists, tables and headings become lines of simple HTML, and those plain text.

Takes what nh3 gives: every tag is closed, every value of an attribute stands in double quotes.
"""

import html
import re

import nh3

BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "caption", "dd", "dl", "dt", "fieldset", "figure", "footer", "form")
    + ("h1", "h2", "h3", "h4", "h5", "h6", "header", "li", "main", "nav", "ol", "pre", "section", "table", "tr", "ul")
)
CELLS = frozenset(("td", "th"))
STRUCTURE = BLOCKS | CELLS
AFTER_CELL, BEFORE_ITEM, BOUNDARY, PARAGRAPH = "&nbsp; ", "• ", "\x1e", "\x1d"

_attributes = r'(?:\s+[^\s=>"/]+="[^"]*")*'
_structure = re.compile(rf"<(/?)({'|'.join(sorted(STRUCTURE))}){_attributes}\s*>")
_pre = re.compile(rf"<pre{_attributes}>.*?</pre>", re.DOTALL)
_lines = re.compile(r"<(?:br|p|div)\b")
_break = re.compile(rf"<br{_attributes}\s*/?>")
_block = re.compile(rf"</?(?:p|div){_attributes}\s*>")
_paragraph = re.compile(rf"</?p{_attributes}\s*>")
_gap = re.compile(rf"[\s{BOUNDARY}]*{PARAGRAPH}[\s{BOUNDARY}{PARAGRAPH}]*")
_space = re.compile(r"[ \t\r\n\f]+")
_boundaries = re.compile(rf"\n?[ ]*{BOUNDARY}[\s{BOUNDARY}]*")
_newline = re.compile(r"\r\n?|\n")


def as_simple(clean: str) -> str:
    """HTML of simple tags and of ``STRUCTURE`` with simple tags alone."""
    clean = _pre.sub(lambda match: _newline.sub("<br>", match[0]), clean)
    return _structure.sub(_simple_tag, clean)


def with_breaks(simple: str) -> str:
    """Simple HTML that shows its line breaks also where it has them only as characters."""
    return simple if _lines.search(simple) else _newline.sub("<br>", simple.strip())


def as_plain(simple: str) -> str:
    """Simple HTML as plain text, a line for each of its lines."""
    return _as_text(simple)


def as_paragraphs(simple: str) -> str:
    """The same with an empty line between paragraphs."""
    return _as_text(_paragraph.sub(PARAGRAPH, simple)) if _paragraph.search(simple) else _as_text(simple)


def _as_text(simple: str) -> str:
    if _lines.search(simple) or PARAGRAPH in simple:
        simple = _block.sub(BOUNDARY, _break.sub("\n", _space.sub(" ", simple)))
    text = _gap.sub("\n\n", html.unescape(nh3.clean(simple, tags=set())))
    text = _boundaries.sub("\n", text)
    return "\n".join(line.replace("\xa0", " ").strip() for line in _newline.split(text)).strip()


def _simple_tag(tag: re.Match[str]) -> str:
    closes, name = tag[1] == "/", tag[2]
    if name in CELLS:
        return AFTER_CELL if closes else ""
    if closes:
        return "</div>"
    return "<div>" + (BEFORE_ITEM if name == "li" else "")
