"""Filters of the centre by REST, and the counts of what matches them."""

from uuid import uuid4

import pytest

ANNA = {"kind": "call", "text": "+7 (912) 345-67-89", "from": "Анна Пётрова", "to": "Отдел продаж"}


def test_kinds_are_given_by_comma(listed, publish):
    message, call, error = (publish(kind=kind, text=kind) for kind in ("message", "call", "error"))
    assert listed(kind="call") == [call]
    assert listed(kind="call,message") == [call, message]
    assert listed(kind="") == [error, call, message]


@pytest.mark.parametrize(
    "query", [{"kind": "calls"}, {"state": "opened"}, {"q": ""}, {"q": "%_"}, {"q": "x" * 256}, {"from": "yesterday"}]
)
def test_what_is_no_filter_is_refused(centre, query):
    for path in ("inbox/", "inbox/summary/"):
        answer = centre.get(path, params=query)
        assert answer.status_code == 400
        assert [error["parameter"] for error in answer.json()["errors"]] == list(query)


def test_an_unknown_source_or_category_finds_nothing(listed, publish):
    publish(text="Hello")
    assert listed(provider="nobody") == listed(category="nothing") == []
    assert listed(missed=1) == []


def test_times_are_from_and_until(centre, listed, publish):
    pk = publish(text="Now")
    at = centre.get("inbox/").json()["results"][0]["created_at"]
    assert listed(**{"from": at}) == listed(until=at + 1) == listed(**{"from": at, "until": at + 1}) == [pk]
    assert listed(until=at) == listed(**{"from": at + 1}) == []


@pytest.mark.parametrize(
    "query",
    [
        *("анн", "АННА ПЕТР", "петрова анна", "продаж анна", "345-67", "8 912 345", "8(912)3456789", "79123456789"),
        *("912.345", "67 89", "8912", "анна 3456"),
    ],
)
def test_words_and_numbers_in_any_notation_find_a_call(listed, publish, query):
    pk = publish(**ANNA)
    publish(text="Another matter", header="Of somebody else")
    assert listed(q=query) == [pk]


@pytest.mark.parametrize("query", ["етрова", "анна борис", "9124", "7890", "124 4567", "анна%борис"])
def test_what_begins_no_word_and_is_in_no_number_finds_nothing(listed, publish, query):
    publish(**ANNA | {"text": "+7 (912) 345-67-89 and 012"})
    assert listed(q=query) == []


def test_a_number_never_goes_across_two_fields(listed, publish):
    publish(kind="call", text="Line 1234", header="Line 5678", **{"from": "9012", "to": "3456"})
    assert listed(q="12345678") == listed(q="56781234") == listed(q="90123456") == []
    assert len(listed(q="3456")) == 1


def test_a_leading_eight_is_plus_seven_in_the_text_as_well(listed, publish):
    pk = publish(text="Call 8 912 345 67 89")
    assert listed(q="+7 912 345-67-89") == listed(q="89123456789") == [pk]


def test_titles_and_names_that_depend_on_the_reader_are_searched(installation, someone, centre, listed, publish):
    error, call = publish(kind="error", text="x"), publish(kind="call", text="y")
    publish(kind="error", header="Titled", text="z")
    with installation.host_api() as host:
        host.put(f"users/{someone}/", json={"language": "en"}).raise_for_status()
    assert listed(q="err") == [error]
    assert listed(q="call") == [call]
    name = centre.get("inbox/").json()["results"][0]["provider"]["name"]
    assert len(listed(q=name)) == 3


def test_elements_are_searched_by_their_names(listed, publish):
    pk = publish(text="x", element={"id": "5", "type": "lead", "name": "Ёлочный базар"})
    assert listed(q="базар елоч") == [pk]


def test_hits_are_in_utf_16_units_of_the_plain_strings(centre, publish):
    publish(header="😀 Анна", text="<b>Анна</b> &amp; 8 (912) 345-67-89")
    [item] = centre.get("inbox/", params={"q": "анн 912345"}).json()["results"]
    assert item["hits"] == {"title": [[3, 6]], "text": [[0, 3], [10, 18]]}
    [item] = centre.get("inbox/").json()["results"]
    assert "hits" not in item


def test_a_page_of_a_search_goes_on_by_its_link(centre, publish):
    publish(text="Another")
    ids = [publish(text=f"Matter {n}") for n in range(3)]
    first = centre.get("inbox/", params={"q": "matter", "limit": 2}).json()
    rest = centre.get(first["next"]).json()
    assert [item["id"] for item in first["results"] + rest["results"]] == ids[::-1]
    assert rest["next"] is None


def test_the_summary_counts_what_matches(centre, publish):
    publish(kind="call", text="Anna called"), publish(kind="error", text="Anna failed"), publish(text="Boris")
    answer = centre.get("inbox/summary/", params={"q": "anna"}).json()
    by = {"kind": {"call": 1, "error": 1}, "provider": {"telephony": 2}, "category": {}}
    assert answer == {"unread": 3, "total": 2, "by": by}
    assert centre.get("inbox/summary/").json() == {"unread": 3}


def test_an_update_is_found_by_its_new_words_alone(listed, publish):
    key = uuid4().hex
    pk = publish(text="The first", key=key)
    publish(text="The second", key=key)
    assert listed(q="second") == [pk]
    assert listed(q="first") == []
