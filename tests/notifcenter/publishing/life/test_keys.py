"""A publication under a key that is in use changes what stands under it, for everybody who has it."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.processes import wait_until


@pytest.fixture
def key() -> str:
    """A key that no other test uses."""
    return f"deal/{uuid.uuid4()}"


def text_of(item):
    return item["body"]["rows"][0]["text"]


def test_a_second_publication_under_a_key_replaces_the_content_and_keeps_the_rest(send, items, page, centre, key):
    first = send("Offer 1", key=key, header="Old", link="https://example.com/1")
    centre.post("inbox/read/", json={"all": True})
    second = send("Offer 2", key=key)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["updated"] is True
    assert second.json()["id"] == first.json()["id"]
    [item] = items()
    assert text_of(item) == "Offer 2"
    assert (item["is_read"], item["key"]) == (True, key)
    assert item["created_at"] == first.json()["created_at"]
    assert item["body"]["title"] != "Old"
    assert item["web_link"] == "/inbox/"
    frame = page.next("changed")
    assert (frame["cursor"], frame["unread"], frame["alert"]) == (3, 0, [])
    assert frame["items"] == [item]


def test_a_renewal_makes_it_unread_and_the_newest_again_and_alerts(send, items, page, centre, key):
    first = send("First", key=key).json()["id"]
    other = send("Other").json()["id"]
    centre.post("inbox/read/", json={"all": True})
    assert send("First again", key=key, renew=True).status_code == 200
    assert [item["id"] for item in items()] == [first, other]
    assert items()[0]["is_read"] is False
    assert items()[0]["renewed_at"] >= items()[0]["created_at"]
    frame = page.next("changed")
    assert (frame["unread"], frame["alert"]) == (1, [first])
    assert centre.get("inbox/summary/").json() == {"unread": 1}


def test_who_removed_it_gets_it_back_only_by_a_renewal(send, items, page, centre, key):
    pk = send("x", key=key).json()["id"]
    centre.delete(f"inbox/{pk}/")
    send("y", key=key)
    assert items() == []
    send("z", key=key, renew=True)
    assert [text_of(item) for item in items()] == ["z"]
    assert [frame["type"] for frame in page.until(3)] == ["notification", "deleted", "changed"]


def test_who_is_newly_named_gets_it_and_who_is_not_named_keeps_it(installation, send, items, provider, key):
    pk = send("x", key=key).json()["id"]
    other = installation.new_person()
    with installation.live(other) as socket:
        answer = send("y", key=key, recipients=[other])
        assert (answer.status_code, answer.json()["recipients"]) == (200, 2)
        assert socket.next("notification")["data"]["id"] == pk
    send("z", key=key, recipients=None)
    with installation.user_api(other) as theirs:
        [their] = theirs.get("inbox/").json()["results"]
    assert text_of(their) == text_of(items()[0]) == "z"


def test_a_batch_takes_items_with_one_key_in_order(provider, someone, items, key):
    body = [{"kind": "message", "recipients": [someone], "text": f"n{number}", "key": key} for number in range(3)]
    answer = provider.post("notifications/batch/", json=body)
    assert answer.status_code == 201
    assert len(set(answer.json())) == 1
    assert [text_of(item) for item in items()] == ["n2"]
    again = provider.post("notifications/batch/", json=[one | {"text": one["text"] + "!"} for one in body])
    assert again.json() == answer.json()
    assert [text_of(item) for item in items()] == ["n2!"]


def test_what_does_not_fit_its_key_is_refused_and_changes_nothing(provider, send, items, someone, key):
    send("x", key=key)
    body = [
        {"kind": "message", "recipients": [someone], "text": "new one"},
        {"kind": "error", "recipients": [someone], "text": "y", "key": key},
    ]
    refused = provider.post("notifications/batch/", json=body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/1/kind")
    later = send("y", key=key, send_at=4_000_000_000)
    assert (later.status_code, later.json()["errors"][0]["pointer"]) == (400, "/send_at")
    assert [text_of(item) for item in items()] == ["x"]


def test_without_something_under_the_key_recipients_are_required(send, key):
    refused = send("x", key=key, recipients=None)
    assert refused.status_code == 400
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [("/recipients", "required")]


def test_a_key_belongs_to_its_provider_and_to_its_user(installation, send, items, centre, someone, key):
    pk = send("theirs", key=key).json()["id"]
    with installation.provider_api("other-source") as other:
        body = {"kind": "message", "recipients": [someone], "text": "of another", "key": key}
        assert other.post("notifications/", json=body).status_code == 201
        assert other.delete(f"notifications/{pk}/").status_code == 404
    own = centre.post("me/notifications/", json={"kind": "error", "text": "mine", "key": key})
    assert own.status_code == 201
    changed = centre.post("me/notifications/", json={"kind": "error", "text": "mine 2", "key": key})
    assert (changed.status_code, changed.json()) == (200, {"id": own.json()["id"], "updated": True})
    assert {text_of(item) for item in items()} == {"theirs", "of another", "mine 2"}
    assert centre.delete(f"me/notifications/{pk}/").status_code == 404


def test_a_replay_changes_nothing_and_is_answered_as_before(provider, someone, items, send, key):
    send("x", key=key)
    body = {"kind": "message", "recipients": [someone], "text": "y", "key": key}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    first = provider.post("notifications/", json=body, headers=headers)
    send("z", key=key)
    again = provider.post("notifications/", json=body, headers=headers)
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    assert [text_of(item) for item in items()] == ["z"]


def test_a_mail_is_sent_again_by_a_renewal_in_the_same_thread(installation, send, someone, key):
    send("First words", key=key)
    [first] = installation.wait_for_mail(f"{someone}@example.com")
    send("Not sent", key=key)
    send("Second words", key=key, renew=True)
    _first, second = installation.wait_for_mail(f"{someone}@example.com", 2)
    assert "Second words" in second.get_body().get_content()
    assert second["References"] == first["Message-ID"] != second["Message-ID"]


def test_what_was_missed_of_changes_is_replayed_each_with_its_cursor(installation, send, someone, key):
    pk = send("1", key=key).json()["id"]
    send("2", key=key)
    send("3", key=key, renew=True)
    with installation.live(someone, cursor=0) as socket:
        frames = socket.until(3)
    assert [(frame["type"], frame["cursor"]) for frame in frames] == [
        ("notification", 1),
        ("changed", 2),
        ("changed", 3),
    ]
    assert [frame["alert"] for frame in frames[1:]] == [[], [pk]]
    assert {text_of(item) for frame in frames[1:] for item in frame["items"]} == {"3"}
    with installation.live(someone, cursor=2) as socket:
        assert [frame["cursor"] for frame in socket.until(3)] == [3]


def test_many_publications_under_one_new_key_at_once_make_one(installation, someone, items, key):
    body = {"kind": "message", "recipients": [someone], "text": "x", "key": key}
    with installation.provider_api() as client, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: client.post("notifications/", json=body | {"text": f"x{n}"}), range(24)))
    assert sorted(answer.status_code for answer in answers) == [200] * 23 + [201]
    assert len({answer.json()["id"] for answer in answers}) == len(items()) == 1
    wait_until(lambda: len(installation.mail(f"{someone}@example.com")) == 1, what="one mail")


def test_the_receipts_tell_updates_and_repeats(installation, send, centre, provider, key):
    installation_language = {"language": "en"}
    with installation.host_api() as host:
        host.put(f"users/{centre.get('me/').json()['user']['login']}/", json=installation_language).raise_for_status()
    pk = send("x", key=key, fold_key=key).json()["id"]
    for number in range(2):
        send(f"y{number}", key=key, renew=True)
    send("z", fold_key=key)
    [reason] = [
        row["reason"]
        for row in centre.get(f"inbox/{pk}/deliveries/").json()["results"]
        if row["channel"] == "interface"
    ]
    assert "It was updated 2 times. It came 2 times." in reason
    state = provider.get(f"notifications/{pk}/").json()
    assert (state["updates"], state["repeats"]) == (2, 2)
    assert state["renewed_at"] >= state["created_at"]


def test_ones_own_is_updated_by_its_key_and_keeps_its_kind(centre, items, key):
    assert centre.put(f"me/notifications/by-key/{key}/", json={"text": "x"}).status_code == 404
    own = centre.post("me/notifications/", json={"kind": "call", "text": "x", "key": key}).json()
    changed = centre.put(f"me/notifications/by-key/{key}/", json={"text": "y", "from": "Ivan"})
    assert (changed.status_code, changed.json()) == (200, {"id": own["id"], "updated": True})
    [item] = items()
    assert (text_of(item), item["body"]["icon"]["call"]) == ("y", True)
    refused = centre.put(f"me/notifications/by-key/{key}/", json={"text": "y", "kind": "error"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/kind")
