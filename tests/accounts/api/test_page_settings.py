"""How one's pages look: saved filters, density, the corner of popups, and whether keys do something."""

import pytest

from tests.problems import refused

DEFAULTS = {"views": [], "density": "compact", "popup_corner": "bottom-left", "shortcuts": True}


@pytest.fixture
def api(user_api, person):
    return user_api(person)


def settings_of(answer):
    assert answer.status_code == 200, answer.text
    return {name: answer.json()[name] for name in DEFAULTS}


def test_without_a_choice_there_are_defaults(api):
    assert settings_of(api.get("preferences/")) == DEFAULTS


@pytest.mark.parametrize(
    "chosen",
    [
        {"density": "comfortable"},
        {"popup_corner": "top-right"},
        {"shortcuts": False},
        {"views": [{"name": "Пропущенные", "query": "kind=call&missed=1"}, {"name": "All", "query": ""}]},
        {"views": [{"name": "Errors", "query": {"kind": "error", "unread": 1}}]},
    ],
)
def test_each_is_kept_and_leaves_the_rest(api, chosen):
    before = api.get("preferences/").json()
    assert settings_of(api.patch("preferences/", json=chosen)) == DEFAULTS | chosen
    assert api.get("preferences/").json() == before | chosen


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"density": "dense"}, "/density"),
        ({"popup_corner": "middle"}, "/popup_corner"),
        ({"shortcuts": 1}, "/shortcuts"),
        ({"views": {}}, "/views"),
        ({"views": [{"name": "", "query": ""}]}, "/views/0/name"),
        ({"views": [{"name": "x"}]}, "/views/0/query"),
        ({"views": [{"name": "x", "query": "knd=call"}]}, "/views/0/query"),
        ({"views": [{"name": "x", "query": {"cursor": "abc"}}]}, "/views/0/query"),
        ({"views": [{"name": "x", "query": 7}]}, "/views/0/query"),
        ({"views": [{"name": "x", "query": "q=" + "x" * 1000}]}, "/views/0/query"),
    ],
)
def test_what_is_wrong_is_pointed_at_and_nothing_changes(api, body, pointer):
    refused(api.patch("preferences/", json=body | {"receive_notifications": False}), 400, pointer)
    whole = api.get("preferences/").json()
    assert {name: whole[name] for name in DEFAULTS} == DEFAULTS
    assert whole["receive_notifications"] is True
