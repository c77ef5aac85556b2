"""Other people's HTML: what shows is kept, what could reach out of its row or show nothing is not."""

import re
from pathlib import Path

import pytest

from notifcenter import content
from tests.problems import refused
from tests.processes import ROOT

OURS = re.compile(r"\bdata-[a-z-]+(?=[\s=\]\"'>])")


def first_row(centre):
    return centre()[0]["body"]["rows"][0]["text"]


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ('<div class="nc-panel">x</div>', "<div>x</div>"),
        ('<b class="theirs NC-Popup nc-x">x</b>', '<b class="theirs">x</b>'),
        ('<p class="notification__item">x</p>', "<p>x</p>"),
        (
            '<a data-id="7" data-theirs="drop" data-nc-x="1">x</a>',
            '<a data-theirs="drop" rel="noopener noreferrer">x</a>',
        ),
        ("a &#8238;b&#x202e;c", "a bc"),
        ("a&#7;b&#0;c", "ab\ufffdc"),
        ("5 < 6", "5 &lt; 6"),
    ],
)
def test_what_reaches_out_of_its_row_is_taken_out(publish, centre, sent, shown):
    assert publish(text=sent).status_code == 201
    assert first_row(centre) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\t",
        "<b></b>",
        "<p><br></p>",
        "&nbsp;",
        "&#8203;",
        "\u200b\u2060",
        "\u3164",
        "<script>x</script>",
        "&#8238;",
    ],
)
def test_text_that_shows_nothing_is_as_bad_as_none(publish, text):
    (error,) = refused(publish(text=text), 400, "/text")["errors"]
    assert error["code"] == "blank"


@pytest.mark.parametrize("text", ["0", ".", "<b>x</b>", "\U0001f4de", "&lt;"])
def test_text_that_shows_something_is_taken(publish, text):
    assert publish(text=text).status_code == 201


def test_invisible_marks_around_plain_fields_are_taken_out(publish, centre):
    answer = publish(kind="call", header="\u200eLine 3\u200f", **{"from": "\u202a+7 999 123\u202c", "to": "\ufeffAnn "})
    assert answer.status_code == 201
    (item,) = centre()
    assert item["body"]["title"] == "Line 3"
    rows = " ".join(row["text"] for row in item["body"]["rows"])
    assert "+7 999 123" in rows
    assert not re.search("[\u200e\u200f\u202a\u202c\ufeff]", rows)


def test_a_header_of_marks_alone_is_none(publish, centre):
    assert publish(kind="call", header="\u200e\u200f").status_code == 201
    assert centre()[0]["body"]["title"] == "Звонок"


def test_every_data_attribute_of_our_own_is_taken_out_of_others_html():
    files = [file for folder in ("static", "templates") for file in Path(ROOT / folder).rglob("*") if file.is_file()]
    texts = [file.read_text() for file in files if file.suffix in (".js", ".html", ".css", ".ts")]
    ours = set().union(*map(OURS.findall, texts))
    assert "data-id" in ours
    kept = content.safe_html("<b " + " ".join(f'{name}="x"' for name in sorted(ours)) + ">x</b>")
    assert kept == "<b>x</b>"
