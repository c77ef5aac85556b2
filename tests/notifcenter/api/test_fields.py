"""POST notifications/: what is refused, and the largest that is taken."""

import pytest

from tests.problems import refused


@pytest.mark.parametrize(
    ("fields", "pointers"),
    [
        ({"kind": None}, ["/kind"]),
        ({"kind": "sms"}, ["/kind"]),
        ({"kind": 5}, ["/kind"]),
        ({"text": None}, ["/text"]),
        ({"text": ""}, ["/text"]),
        ({"text": 5}, ["/text"]),
        ({"text": ["x"]}, ["/text"]),
        ({"text": "x" * 4001}, ["/text"]),
        ({"header": "x" * 256}, ["/header"]),
        ({"header": {"a": 1}}, ["/header"]),
        ({"header": "two\nlines"}, ["/header"]),
        ({"link": "https://example.com/" + "x" * 2000}, ["/link"]),
        ({"link": "javascript:alert(1)"}, ["/link"]),
        ({"link": "//evil.example/"}, ["/link"]),
        ({"click_link": "data:text/html,x"}, ["/click_link"]),
        ({"date": "yesterday"}, ["/date"]),
        ({"date": 10**30}, ["/date"]),
        ({"date": -1}, ["/date"]),
        ({"date": True}, ["/date"]),
        ({"duration": "long"}, ["/duration"]),
        ({"duration": -5}, ["/duration"]),
        ({"duration": 1.5}, ["/duration"]),
        ({"duration": 10**30}, ["/duration"]),
        ({"element": {"type": "contact"}}, ["/element/id"]),
        ({"element": {"id": 1}}, ["/element/type"]),
        ({"element": {"id": 1, "type": "ship"}}, ["/element/type"]),
        ({"element": {"id": 1, "type": "lead", "colour": "red"}}, ["/element/colour"]),
        ({"element": 7}, ["/element"]),
        ({"from": 7}, ["/from"]),
        ({"colour": "red"}, ["/colour"]),
        ({"kind": "error", "from": "+7"}, ["/from"]),
        ({"kind": "message", "duration": 1}, ["/duration"]),
        ({"kind": "message", "icon": "javascript:x"}, ["/icon"]),
        ({"recipients": None}, ["/recipients"]),
        ({"recipients": []}, ["/recipients"]),
        ({"recipients": "anna"}, ["/recipients"]),
        ({"recipients": 7}, ["/recipients"]),
        ({"recipients": [True]}, ["/recipients/0"]),
        ({"recipients": [None]}, ["/recipients/0"]),
        ({"recipients": [1.5]}, ["/recipients/0"]),
        ({"recipients": [{"id": 1}]}, ["/recipients/0"]),
        ({"recipients": ["nobody-of-that-name"]}, ["/recipients/0"]),
        ({"recipients": [10**15]}, ["/recipients/0"]),
        ({"recipients": [10**40]}, ["/recipients/0"]),
        ({"recipients": [-1]}, ["/recipients/0"]),
        ({"recipients": ["anna", "group:none-such"]}, ["/recipients/1"]),
        ({"recipients": ["anna", "7"]}, ["/recipients/1"]),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_is_wrong_is_pointed_at(publish, centre, fields, pointers):
    refused(publish(**fields), 400, *pointers)
    assert centre() == []


def test_all_errors_are_told_at_once(publish, centre):
    refused(publish(text="", header=5, duration="x", colour=1), 400, "/text", "/header", "/duration", "/colour")
    assert centre() == []


@pytest.mark.parametrize(("field", "largest"), [("header", 255), ("text", 4000)])
def test_the_largest_sizes_are_taken(publish, centre, field, largest):
    value = "ж" * largest
    assert publish(**{field: value}).status_code == 201
    (item,) = centre()
    assert value in (item["body"]["title"], item["body"]["rows"][0]["text"])


def test_a_link_of_2000_characters_is_taken(publish, centre):
    link = "https://example.com/" + "x" * 1980
    assert publish(kind="error", link=link).status_code == 201
    assert centre()[0]["click"]["value"] == link


def test_a_link_has_a_length_of_2000_at_most_in_every_field(publish):
    refused(publish(click_link="/" + "x" * 2000), 400, "/click_link")
