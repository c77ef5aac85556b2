"""The live socket: hello, then everything as it happens, each cursor once and in order."""

import itertools
import uuid
from concurrent.futures import ThreadPoolExecutor

from tests.channels_app.live.socket.pages import cursors
from tests.processes import within


def test_hello_comes_first_and_says_where_the_centre_stands(installation, someone, fill):
    fill(3)
    with installation.live(someone) as socket:
        hello = socket.receive()
    assert hello["type"] == "hello"
    assert hello.keys() >= {"type", "cursor", "unread", "version", "presence"}
    assert (hello["cursor"], hello["unread"]) == (3, 3)
    assert isinstance(hello["version"], str)
    assert isinstance(hello["presence"], dict)


def test_an_empty_centre_stands_at_its_beginning(installation, someone):
    with installation.live(someone) as socket:
        hello = socket.receive()
    assert (hello["cursor"], hello["unread"]) == (0, 0)


def test_a_publication_is_a_frame_within_a_second(installation, someone, centre):
    with installation.live(someone) as socket:
        before = socket.next("hello")["cursor"]
        known = []

        def ring():
            known.append(installation.publish(someone, text="Ring", kind="call"))
            socket.next("notification")

        within(1, ring)
    frame = socket.frames[-1]
    assert frame.keys() == {"type", "cursor", "unread", "data"}
    assert (frame["cursor"], frame["unread"]) == (before + len(known), len(known))
    assert frame["data"]["id"] == known[-1]
    assert frame["data"] == centre.get("inbox/").json()["results"][0]


def test_each_item_of_a_batch_raises_the_cursor_by_one(installation, someone, fill):
    with installation.live(someone) as socket:
        socket.next("hello")
        ids = fill(20)
        frames = socket.until(20)
    assert cursors(frames) == list(range(1, 21))
    assert [frame["data"]["id"] for frame in frames] == ids
    assert frames[-1]["unread"] == 20


def test_reading_and_deleting_are_told_to_every_page(installation, someone, centre, fill):
    ids = fill(4)
    with installation.live(someone) as one, installation.live(someone) as two:
        for socket in (one, two):
            socket.next("hello")
        centre.post("inbox/read/", json={"ids": ids[:2]})
        centre.post("inbox/unread/", json={"ids": ids[:1]})
        centre.delete(f"inbox/{ids[3]}/")
        centre.post("inbox/read/", json={"all": True})
        for socket in (one, two):
            first, second, third, fourth = socket.until(8)
            assert first == {"type": "read", "cursor": 5, "ids": first["ids"], "all": False, "read": True, "unread": 2}
            assert sorted(first["ids"]) == sorted(ids[:2])
            assert second == {"type": "read", "cursor": 6, "ids": ids[:1], "all": False, "read": False, "unread": 3}
            assert third == {"type": "deleted", "cursor": 7, "ids": [ids[3]], "unread": 2}
            assert fourth == {"type": "read", "cursor": 8, "ids": [], "all": True, "read": True, "unread": 0}


def test_what_changes_nothing_raises_no_cursor(installation, someone, centre, fill):
    ids = fill(1)
    centre.post("inbox/read/", json={"ids": ids})
    with installation.live(someone) as socket:
        assert socket.next("hello")["cursor"] == 2
        centre.post("inbox/read/", json={"ids": ids})
        centre.post("inbox/read/", json={"ids": [str(uuid.uuid4())]})
        centre.delete(f"inbox/{uuid.uuid4()}/")
        assert socket.is_quiet()
        installation.publish(someone)
        assert socket.next("notification")["cursor"] == 3


def test_a_page_gets_nobody_elses_frames(installation, someone):
    other = installation.new_person()
    with installation.live(someone) as socket:
        socket.next("hello")
        installation.publish(other)
        assert socket.is_quiet()


def test_with_the_master_switch_off_frames_come_silent_and_count(installation, someone, centre):
    centre.patch("preferences/", json={"receive_notifications": False})
    with installation.live(someone) as socket:
        socket.next("hello")
        installation.publish(someone)
        frame = socket.next("notification")
    assert frame["data"]["silent"] is True
    assert frame["unread"] == 1


def test_frames_are_the_words_of_the_contract_in_utf_8(installation, someone):
    with installation.live(someone) as socket:
        socket.next("hello")
        installation.publish(someone, text="Звонок ☎ \U0001f4de <b>!</b>")
        frame = socket.next("notification")
    assert frame["data"]["body"]["rows"][0]["text"] == "Звонок ☎ \U0001f4de <b>!</b>"


def test_a_head_comes_within_25_seconds_and_says_where_the_centre_stands(product, person):
    product.publish(person)
    with product.live(person) as socket:
        socket.next("hello")
        within(25, lambda: socket.next("head"))
    assert socket.frames[-1] == {"type": "head", "cursor": 1, "unread": 1}


def test_cursors_have_no_gap_when_many_write_at_once(installation, someone, centre, fill):
    ids = fill(30)
    with installation.live(someone) as socket:
        start = socket.next("hello")["cursor"]
        with ThreadPoolExecutor(8) as callers:
            for number in range(30):
                callers.submit(installation.publish, someone)
                callers.submit(centre.post, "inbox/read/", json={"ids": [ids[number]]})
        frames = socket.until(start + 60)
        summary = centre.get("inbox/summary/").json()["unread"]
    assert cursors(frames) == list(range(start + 1, start + 61))
    assert frames[-1]["unread"] == summary == 30


def test_broadcasts_that_cross_lose_nothing(installation):
    people = [installation.new_person() for _ in range(4)]
    orders = list(itertools.permutations(people))[:12]
    sockets = [installation.live(name) for name in people]
    try:
        for socket in sockets:
            socket.next("hello")
        with ThreadPoolExecutor(8) as callers:
            list(callers.map(lambda order: installation.publish(*order), orders))
        for socket in sockets:
            assert cursors(socket.until(12)) == list(range(1, 13))
    finally:
        for socket in sockets:
            socket.close()
