"""POST notifications/batch/: all or nothing."""

import pytest

from tests.problems import refused


@pytest.fixture
def api(user_api, person):
    return user_api(person)


def one(person, text="x", **fields):
    return {"kind": "message", "recipients": [person], "text": text} | fields


def test_a_batch_answers_with_ids_in_order(provider_api, person, api):
    answer = provider_api.post("notifications/batch/", json=[one(person, f"n{i}") for i in range(5)])
    assert answer.status_code == 201
    ids = answer.json()
    assert isinstance(ids, list)
    items = api.get("inbox/").json()["results"]
    assert [item["id"] for item in items] == ids[::-1]
    assert [item["body"]["rows"][0]["text"] for item in items] == ["n4", "n3", "n2", "n1", "n0"]


def test_a_thousand_are_taken(provider_api, person, api):
    answer = provider_api.post("notifications/batch/", json=[one(person)] * 1000)
    assert answer.status_code == 201
    assert len(set(answer.json())) == 1000
    assert api.get("inbox/summary/").json() == {"unread": 1000}


def test_more_than_a_thousand_are_refused(provider_api, person, api):
    refused(provider_api.post("notifications/batch/", json=[one(person)] * 1001), 400)
    assert api.get("inbox/summary/").json() == {"unread": 0}


@pytest.mark.parametrize("body", [[], {}, "x", 7, None])
def test_what_is_no_list_of_notifications_is_refused(provider_api, body):
    refused(provider_api.post("notifications/batch/", json=body), 400)


def test_one_wrong_item_stores_none_and_is_pointed_at(provider_api, person, api):
    batch = [one(person), one(person, ""), one(person), one("nobody-of-that-name"), one(person, colour=1)]
    problem = refused(provider_api.post("notifications/batch/", json=batch), 400)
    found = {error["pointer"] for error in problem["errors"]}
    assert "/1/text" in found
    assert "/4/colour" in found
    assert api.get("inbox/summary/").json() == {"unread": 0}


def test_an_unknown_recipient_of_one_item_is_pointed_at(provider_api, person, api):
    batch = [one(person), one("nobody-of-that-name")]
    refused(provider_api.post("notifications/batch/", json=batch), 400, "/1/recipients/0")
    assert api.get("inbox/summary/").json() == {"unread": 0}


def test_an_item_that_is_no_object_is_pointed_at(provider_api, person):
    refused(provider_api.post("notifications/batch/", json=[one(person), 7]), 400, "/1")


def test_a_batch_is_idempotent_too(provider_api, person, api):
    key = {"Idempotency-Key": f"batch-{person}"}
    first = provider_api.post("notifications/batch/", json=[one(person)] * 3, headers=key)
    second = provider_api.post("notifications/batch/", json=[one(person)] * 3, headers=key)
    assert second.status_code == 201
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.json() == first.json()
    assert api.get("inbox/summary/").json() == {"unread": 3}
