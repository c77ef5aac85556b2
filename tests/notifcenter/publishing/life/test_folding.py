"""Repeats fold into the first: one row that counts, one mail at once, one at the window's end."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest


@pytest.fixture
def words() -> str:
    """A text that no other test uses."""
    return f"Line {uuid.uuid4()} is down"


def test_equal_errors_fold_without_asking(send, items, page, words):
    first = send(words, kind="error", header="Line")
    second = send(words, kind="error", header="Line")
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json() | {"folded": True, "repeats": 2}
    [item] = items()
    assert (item["repeats"], item["created_at"]) == (2, first.json()["created_at"])
    assert item["renewed_at"] >= item["created_at"]
    assert page.next("notification")["cursor"] == 1
    frame = page.next("changed")
    assert (frame["cursor"], frame["alert"], frame["items"][0]["repeats"]) == (2, [], 2)


def test_a_repeat_makes_it_unread_and_the_newest(send, items, centre, words):
    first = send(words, kind="error").json()["id"]
    other = send("Other").json()["id"]
    centre.post("inbox/read/", json={"all": True})
    send(words, kind="error")
    assert [(item["id"], item["is_read"]) for item in items()] == [(first, False), (other, True)]


def test_a_fold_key_folds_other_texts_and_the_newest_is_shown(send, items, words):
    sent = [send(f"{number} left", fold_key=words) for number in (3, 2, 1)]
    assert [answer.json().get("repeats") for answer in sent] == [None, 2, 3]
    assert [item["body"]["rows"][0]["text"] for item in items()] == ["1 left"]


@pytest.mark.parametrize("other", [{"fold_key": False}, {"header": "Another"}, {"kind": "message"}, {"key": "a key"}])
def test_what_differs_does_not_fold(send, items, words, other):
    send(words, kind="error", header="Line")
    assert send(words, **({"kind": "error", "header": "Line"} | other)).status_code == 201
    assert len(items()) == 2


def test_only_the_same_recipients_fold_in_any_order(installation, provider, someone, words):
    other = installation.new_person()
    body = {"kind": "error", "text": words}
    named = [[someone, other], [other, someone], [someone], [other, someone, other]]
    answers = [provider.post("notifications/", json=body | {"recipients": names}) for names in named]
    assert [answer.status_code for answer in answers] == [201, 200, 201, 200]


@pytest.mark.parametrize("verb", ["done", "delete"])
def test_what_one_is_done_with_in_the_middle_of_a_storm_begins_anew(send, centre, words, verb):
    first = send(words, kind="error").json()["id"]
    assert [send(words, kind="error").json()["repeats"] for _ in range(3)] == [2, 3, 4]
    centre.post(f"inbox/{verb}/", json={"ids": [first]}).raise_for_status()
    again = send(words, kind="error")
    assert (again.status_code, again.json()["id"] == first) == (201, False)


def test_of_one_that_was_removed_a_repeat_begins_anew(send, items, centre, words):
    first = send(words, kind="error").json()["id"]
    send(words, kind="error")
    centre.delete(f"inbox/{first}/")
    again = send(words, kind="error")
    assert again.status_code == 201
    assert [item["id"] for item in items()] == [again.json()["id"]]
    assert "repeats" not in items()[0]


def test_ones_own_fold_among_themselves(send, items, centre, words):
    send(words, kind="error")
    answers = [centre.post("me/notifications/", json={"kind": "error", "text": words}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[1].json() == {"id": answers[0].json()["id"], "folded": True, "repeats": 2}
    assert len(items()) == 2


def test_a_replay_is_no_repeat(provider, someone, items, words):
    body, headers = {"kind": "error", "recipients": [someone], "text": words}, {"Idempotency-Key": words}
    provider.post("notifications/", json=body)
    answers = [provider.post("notifications/", json=body, headers=headers) for _ in range(3)]
    assert [answer.json()["repeats"] for answer in answers] == [2, 2, 2]
    assert items()[0]["repeats"] == 2


def test_a_batch_of_equal_errors_is_one(provider, someone, items, words):
    body = [{"kind": "error", "recipients": [someone], "text": words}] * 5
    assert len(set(provider.post("notifications/batch/", json=body).json())) == 1
    assert len(set(provider.post("notifications/batch/", json=body).json())) == 1
    [item] = items()
    assert item["repeats"] == 10


def test_a_storm_from_many_threads_counts_each_once_and_shows_at_most_one_frame_a_second(
    installation, someone, items, page, words
):
    body = {"kind": "error", "recipients": [someone], "text": words}
    with installation.provider_api() as client, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.post("notifications/", json=body), range(200)))
    assert sorted(answer.status_code for answer in answers) == [200] * 199 + [201]
    assert sorted(answer.json().get("repeats", 1) for answer in answers) == list(range(1, 201))
    frames = []
    while not frames or frames[-1].get("items", [{}])[0].get("repeats") != 200:
        frames.append(page.next("notification", "changed"))
    lasted = max(1, items()[0]["renewed_at"] - items()[0]["created_at"] + 1)
    assert len(frames) <= lasted + 3
    assert not any(frame.get("alert") for frame in frames)
