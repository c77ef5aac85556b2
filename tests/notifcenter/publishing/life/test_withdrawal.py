"""A withdrawn notification leaves every inbox and page, and what has not left yet never does."""

import uuid

import pytest

from tests.processes import wait_until


@pytest.fixture
def key() -> str:
    """A key that no other test uses."""
    return f"a/b c/{uuid.uuid4()}"


def test_a_withdrawn_notification_leaves_inbox_and_page(send, items, page, provider, centre):
    pk = send("x").json()["id"]
    assert provider.delete(f"notifications/{pk}/").status_code == 204
    assert page.next("deleted") == {"type": "deleted", "cursor": 2, "ids": [pk], "unread": 0}
    assert items() == []
    assert centre.get("inbox/summary/").json() == {"unread": 0}
    assert provider.delete(f"notifications/{pk}/").status_code == 404
    state = provider.get(f"notifications/{pk}/").json()
    assert state["withdrawn_at"] >= state["created_at"]


@pytest.mark.parametrize("encoded", [True, False])
def test_it_is_withdrawn_by_its_key_too_which_is_free_then(send, items, provider, key, encoded):
    first = send("x", key=key).json()["id"]
    address = key.replace("/", "%2F").replace(" ", "%20") if encoded else key
    assert provider.delete(f"notifications/by-key/{address}/").status_code == 204
    assert provider.delete(f"notifications/by-key/{address}/").status_code == 404
    again = send("y", key=key)
    assert again.status_code == 201
    assert [item["id"] for item in items()] == [again.json()["id"]] != [first]


def test_ones_own_is_withdrawn_by_id_and_by_key_and_nothing_else_is(send, items, centre, key):
    theirs = send("x", key=key).json()["id"]
    own = [centre.post("me/notifications/", json={"kind": "call", "text": "x", "key": name}) for name in (key, "k")]
    assert centre.delete(f"me/notifications/by-key/{key}/").status_code == 204
    assert centre.delete(f"me/notifications/{own[1].json()['id']}/").status_code == 204
    assert centre.delete(f"me/notifications/{own[1].json()['id']}/").status_code == 404
    assert centre.delete(f"me/notifications/by-key/{key}/").status_code == 404
    assert [item["id"] for item in items()] == [theirs]


def test_a_digest_does_not_have_it_and_the_receipt_says_why(send, provider, centre):
    chosen = {"providers": [{"code": "telephony", "email_mode": "daily"}]}
    centre.patch("preferences/", json=chosen).raise_for_status()
    pk = send("x").json()["id"]
    provider.delete(f"notifications/{pk}/")
    rows = provider.get(f"notifications/{pk}/deliveries/").json()["results"]
    assert [(row["state"], row["reason"]) for row in rows if row["channel"] == "email"] == [("skipped", "withdrawn")]


def test_what_was_removed_before_is_withdrawn_without_a_frame(send, provider, centre, page):
    pk = send("x").json()["id"]
    centre.delete(f"inbox/{pk}/")
    assert provider.delete(f"notifications/{pk}/").status_code == 204
    send("y")
    assert [frame["type"] for frame in page.until(3)] == ["notification", "deleted", "notification"]


def test_somebody_elses_notification_cannot_be_withdrawn(installation, send, centre):
    pk = send("x").json()["id"]
    assert centre.delete(f"notifications/{pk}/").status_code == 403
    with installation.provider_api("other-source") as other:
        assert other.delete(f"notifications/{pk}/").status_code == 404


def test_it_is_gone_for_everybody_of_a_broadcast(installation, provider):
    people = [installation.new_person() for _ in range(5)]
    pk = provider.post("notifications/", json={"kind": "message", "recipients": people, "text": "x"}).json()["id"]
    provider.delete(f"notifications/{pk}/")
    for person in people:
        with installation.user_api(person) as client:
            assert client.get("inbox/").json()["results"] == []
            wait_until(lambda: client.get("inbox/summary/").json() == {"unread": 0}, what="no unread")
