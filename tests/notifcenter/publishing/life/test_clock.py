"""What becomes visible, and what is withdrawn, by the clock."""

import time
import uuid

import pytest

from tests.processes import wait_until


@pytest.fixture
def key() -> str:
    """A key that no other test uses."""
    return str(uuid.uuid4())


def now() -> int:
    return int(time.time())


def test_nobody_sees_it_before_its_time_and_then_it_is_published(send, items, page):
    answer = send("later", send_at=now() + 3)
    assert (answer.status_code, answer.json()["scheduled"]) == (201, True)
    assert items() == []
    frame = page.next("notification")
    assert frame["cursor"] == 1
    assert frame["data"]["id"] == answer.json()["id"]
    assert frame["data"]["created_at"] >= answer.json()["created_at"] + 2


def test_an_update_changes_what_waits_and_may_put_it_off(send, items, provider, key):
    first = send("x", key=key, send_at=now() + 3000).json()["id"]
    moved = send("y", key=key, send_at=now() + 2, recipients=None)
    assert (moved.status_code, moved.json()["id"]) == (200, first)
    assert (moved.json()["updated"], moved.json()["scheduled"]) == (True, True)
    wait_until(items, what="it became visible")
    assert [item["body"]["rows"][0]["text"] for item in items()] == ["y"]


def test_what_waits_can_be_withdrawn(send, items, provider, page):
    pk = send("x", send_at=now() + 2).json()["id"]
    assert provider.delete(f"notifications/{pk}/").status_code == 204
    send("sign", send_at=now() + 3)
    assert page.next("notification")["data"]["body"]["rows"][0]["text"] == "sign"
    assert len(items()) == 1


def test_a_time_gone_by_means_at_once(send, items):
    answer = send("x", send_at=now() - 60)
    assert answer.status_code == 201
    assert "scheduled" not in answer.json()
    assert len(items()) == 1


def test_at_its_expiry_it_is_withdrawn(send, items, page, provider):
    expires_at = now() + 3
    pk = send("x", expires_at=expires_at).json()["id"]
    assert items()[0]["expires_at"] == expires_at
    assert page.next("deleted")["ids"] == [pk]
    assert items() == []
    assert provider.get(f"notifications/{pk}/").json()["withdrawn_at"] >= expires_at


def test_an_update_takes_the_expiry_away_or_sets_another(send, items, page, provider, key):
    send("x", key=key, expires_at=now() + 3)
    send("y", key=key)
    other = send("sign", expires_at=now() + 4).json()["id"]
    assert page.next("deleted")["ids"] == [other]
    assert [item["body"]["rows"][0]["text"] for item in items()] == ["y"]
    assert "expires_at" not in items()[0]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"expires_at": -1}, "/expires_at"),
        ({"expires_at": 1000}, "/expires_at"),
        ({"expires_at": 99999999999}, "/expires_at"),
        ({"send_at": 99999999999}, "/send_at"),
        ({"send_at": "tomorrow"}, "/send_at"),
        ({"renew": True}, "/renew"),
        ({"fold_key": True}, "/fold_key"),
        ({"fold_key": 7}, "/fold_key"),
        ({"fold_key": ""}, "/fold_key"),
        ({"key": "k" * 256}, "/key"),
        ({"key": "a\nb"}, "/key"),
        ({"priority": "urgent"}, "/priority"),
        ({"image": "http://example.com/a.png"}, "/image"),
        ({"image": "/a.png"}, "/image"),
        ({"read_on_show": "yes"}, "/read_on_show"),
    ],
)
def test_a_field_that_cannot_be_so_is_refused(product, fields, pointer):
    body = {"kind": "message", "recipients": "all", "text": "x"} | fields
    with product.provider_api() as provider:
        refused = provider.post("notifications/", json=body)
    assert refused.status_code == 400
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


def test_it_cannot_expire_before_it_is_sent(send, items):
    refused = send("x", send_at=now() + 100, expires_at=now() + 100)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/expires_at")
    assert items() == []


def test_what_was_given_is_shown_and_the_rest_is_not(send, items):
    given = {"priority": "high", "image": "https://example.com/a.png", "read_on_show": True}
    send("x", **given)
    [item] = items()
    assert {name: item[name] for name in ("priority", "image")} == {name: given[name] for name in ("priority", "image")}
    assert item["body"]["actions"]["read_on_show"] is True
    assert not {"key", "repeats", "renewed_at", "expires_at"} & item.keys()
