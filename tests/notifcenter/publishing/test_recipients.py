"""POST notifications/: every way to name people."""

import uuid

from tests.problems import refused


def test_people_are_named_by_id_username_and_group_and_count_once(product, provider_api, host_api):
    anna, boris, group = product.new_person(), product.new_person(), f"group-{uuid.uuid4().hex[:8]}"
    ids = [host_api.put(f"users/{name}/", json={"groups": [group]}).json()["id"] for name in (anna, boris)]
    body = {"kind": "message", "recipients": [ids[0], anna, f"group:{group}"], "text": "x"}
    assert provider_api.post("notifications/", json=body).json()["recipients"] == 2
    for name in (anna, boris):
        with product.user_api(name) as api:
            assert api.get("inbox/summary/").json() == {"unread": 1}


def test_all_reaches_everybody(start_product):
    own = start_product()
    people = [own.new_person(), own.new_person(), "anna"]
    with own.provider_api() as provider:
        answer = provider.post("notifications/", json={"kind": "message", "recipients": "all", "text": "For everybody"})
    assert answer.status_code == 201
    assert answer.json()["recipients"] > 3
    for name in people:
        with own.user_api(name) as api:
            assert api.get("inbox/").json()["results"][0]["body"]["rows"][0]["text"] == "For everybody"


def test_an_unknown_recipient_among_known_ones_stores_nothing(publish, centre, person):
    refused(publish(recipients=[person, "nobody-of-that-name"]), 400, "/recipients/1")
    assert centre() == []


def test_an_empty_group_is_refused(publish, host_api):
    name, group = f"gone-{uuid.uuid4().hex[:8]}", f"left-{uuid.uuid4().hex[:8]}"
    host_api.put(f"users/{name}/", json={"groups": [group]})
    host_api.put(f"users/{name}/", json={"groups": []})
    refused(publish(recipients=[f"group:{group}"]), 400, "/recipients/0")
