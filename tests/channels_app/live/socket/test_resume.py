"""Who comes again with a cursor is told what was missed."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.channels_app.live.socket.pages import bearer, cursors


def test_what_was_missed_comes_in_order_and_then_live_frames(installation, someone, centre, fill):
    with installation.live(someone) as socket:
        seen = socket.next("hello")["cursor"]
    ids = fill(5)
    centre.post("inbox/read/", json={"ids": ids[:1]})
    with installation.live(someone, cursor=seen) as socket:
        assert socket.receive()["cursor"] == 6
        missed = socket.until(6)
        installation.publish(someone)
        live = socket.next("notification")
    assert cursors(missed) == [1, 2, 3, 4, 5, 6]
    assert [frame["type"] for frame in missed] == ["notification"] * 5 + ["read"]
    assert [frame["data"]["id"] for frame in missed[:5]] == ids
    assert [frame["data"]["is_read"] for frame in missed[:5]] == [True, False, False, False, False]
    assert {frame["unread"] for frame in missed} == {4}
    assert live["cursor"] == 7


def test_from_the_middle_only_the_rest_comes(installation, someone, fill):
    fill(6)
    with installation.live(someone, cursor=4) as socket:
        assert cursors(socket.until(6)) == [5, 6]


def test_at_the_newest_cursor_nothing_is_repeated(installation, someone, fill):
    fill(3)
    with installation.live(someone, cursor=3) as socket:
        assert socket.next("hello")["cursor"] == 3
        assert socket.is_quiet()


def test_what_was_missed_and_deleted_may_be_left_out(installation, someone, centre, fill):
    ids = fill(3)
    centre.delete(f"inbox/{ids[1]}/")
    with installation.live(someone, cursor=0) as socket:
        frames = socket.until(4)
    told = [frame["data"]["id"] for frame in frames if frame["type"] == "notification"]
    assert told == [ids[0], ids[2]]
    assert frames[-1]["type"] == "deleted"


def test_exactly_200_missed_are_replayed_and_201_reset(installation, someone, fill):
    fill(201)
    with installation.live(someone, cursor=1) as socket:
        assert cursors(socket.until(201)) == list(range(2, 202))
    with installation.live(someone, cursor=0) as socket:
        reset = socket.next("notification", "reset")
        assert reset == {"type": "reset", "cursor": 201, "unread": 201}
        installation.publish(someone)
        assert socket.next("notification")["cursor"] == 202


@pytest.mark.parametrize("cursor", ["99", "-1", "x", "1.5", "", "9" * 30, "%00", "None"])
def test_a_cursor_that_is_none_of_ours_resets(installation, someone, fill, cursor):
    fill(2)
    with installation.live(someone, cursor=cursor) as socket:
        assert socket.receive()["type"] == "hello"
        if cursor:
            assert socket.next("notification", "reset") == {"type": "reset", "cursor": 2, "unread": 2}
        installation.publish(someone)
        assert socket.next("notification")["cursor"] == 3


def test_pages_that_come_and_go_under_load_miss_nothing_and_get_nothing_twice(installation, someone):
    total, seen, stop = 120, [], threading.Event()
    token = installation.user_token(someone)

    def publish(number):
        installation.publish(someone, text=str(number))

    def listen():
        cursor = 0
        while not stop.is_set():
            with bearer(installation, token, cursor=cursor) as socket:
                try:
                    for _ in range(7):
                        frame = socket.receive(2)
                        if frame["type"] == "notification":
                            seen.append(frame["cursor"])
                            cursor = frame["cursor"]
                except TimeoutError:
                    pass
                if cursor == total:
                    return

    listener = threading.Thread(target=listen)
    listener.start()
    with ThreadPoolExecutor(6) as publishers:
        list(publishers.map(publish, range(total)))
    listener.join(240)
    stop.set()
    assert seen == list(range(1, total + 1))
