"""POST me/notifications/: what the SDK's add_call and add_error send."""

import pytest

from tests.problems import refused


@pytest.fixture
def me(user_api, person):
    return user_api(person)


def first(me):
    return me.get("inbox/").json()["results"][0]


def test_it_lies_in_my_own_centre_and_belongs_to_self(me):
    answer = me.post("me/notifications/", json={"kind": "call", "text": "+79990000000", "from": "+7"})
    assert answer.status_code == 201
    assert answer.json().keys() == {"id"}
    item = first(me)
    assert item["id"] == answer.json()["id"]
    assert item["provider"]["code"] == "self"


def test_a_widget_code_names_the_provider(me, product):
    product.new_provider_token("known")
    me.post("me/notifications/", json={"kind": "error", "text": "x", "widget_code": "known"})
    assert first(me)["provider"]["code"] == "known"


def test_an_unknown_widget_code_falls_back_to_self(me):
    me.post("me/notifications/", json={"kind": "error", "text": "x", "widget_code": "none-such"})
    assert first(me)["provider"]["code"] == "self"


def test_it_is_in_nobody_elses_centre(me, product, user_api):
    other = user_api(product.new_person())
    me.post("me/notifications/", json={"kind": "call", "text": "mine"})
    assert other.get("inbox/summary/").json() == {"unread": 0}


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/kind", "/text"]),
        ({"kind": "call"}, ["/text"]),
        ({"kind": "call", "text": "x", "recipients": "all"}, ["/recipients"]),
        ({"kind": "call", "text": "x" * 4001}, ["/text"]),
        ({"kind": "call", "text": "x", "colour": 1}, ["/colour"]),
        ({"kind": "call", "text": "x", "widget_code": 5}, ["/widget_code"]),
    ],
    ids=str,
)
def test_what_is_wrong_is_pointed_at(me, body, pointers):
    refused(me.post("me/notifications/", json=body), 400, *pointers)
    assert me.get("inbox/summary/").json() == {"unread": 0}


def test_self_has_its_row_in_the_preferences(me):
    assert "self" in {row["code"] for row in me.get("preferences/").json()["providers"]}
