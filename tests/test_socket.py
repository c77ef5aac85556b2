"""The live socket: hello, what was missed, then everything as it happens, each cursor once and in order."""

import itertools
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.live import Socket
from tests.processes import within


@pytest.fixture
def someone(installation):
    return installation.new_person()


@pytest.fixture
def centre(installation, someone):
    with installation.user_api(someone) as client:
        yield client


@pytest.fixture
def fill(installation, someone):
    def publish(number, text="n"):
        batch = [{"kind": "message", "recipients": [someone], "text": f"{text}{i}"} for i in range(number)]
        with installation.provider_api() as provider:
            answer = provider.post("notifications/batch/", json=batch)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return publish


def cursors(frames):
    return [frame["cursor"] for frame in frames]


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


# --- resume ---


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
            with _bearer(installation, token, cursor=cursor) as socket:
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


# --- who may listen ---


def test_the_subprotocol_is_answered_as_it_was_offered(installation, someone):
    token = installation.user_token(someone)
    with _bearer(installation, token) as socket:
        assert socket.subprotocol == f"bearer.{token}"
        assert socket.receive()["type"] == "hello"


def test_a_bearer_may_come_from_any_origin(installation, someone):
    token = installation.user_token(someone)
    with _bearer(installation, token, origin="https://elsewhere.example") as socket:
        assert socket.receive()["type"] == "hello"


@pytest.mark.parametrize("bad", ["x", "ncu_x_y", "provider", "host"])
def test_a_bad_token_is_accepted_and_closed_with_4401(installation, bad):
    token = {"provider": installation.provider_token, "host": installation.management_token}.get(bad, bad)
    with _bearer(installation, token) as socket:
        assert socket.close_code() == 4401
        assert socket.frames == []


def test_without_anything_to_show_it_is_refused_or_closed_with_4401(product):
    assert _outcome(product) in (403, 4401)
    assert _outcome(product, origin=product.base_url) in (403, 4401)


def test_a_session_of_this_site_is_let_in(product, person):
    cookies = _cookies(product, person)
    with _session(product, cookies, product.base_url) as socket:
        assert socket.receive()["type"] == "hello"
        product.publish(person)
        assert socket.next("notification")["cursor"] == 1


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://127.0.0.1:1", "null", "http://127.0.0.1.evil.example", None]
)
def test_a_session_from_another_origin_is_refused(product, origin):
    cookies = _cookies(product, "anna")
    assert _outcome(product, origin=origin, cookies=cookies) in (403, 4401)


def test_a_page_may_send_what_it_likes_without_harm(installation, someone):
    with installation.live(someone) as socket:
        socket.next("hello")
        for junk in ("{", "[]", '{"type": "read"}', "x" * 10_000, b"\x00\xff"):
            socket.connection.send(junk)
        installation.publish(someone)
        assert socket.next("notification")["cursor"] == 1


def test_a_frame_that_is_far_too_large_closes_only_that_page(installation, someone):
    with installation.live(someone) as large, installation.live(someone) as other:
        large.next("hello")
        other.next("hello")
        with suppress(ConnectionClosed):  # it may be shown out before it has said it all
            large.connection.send("x" * 2_000_000)
        assert large.close_code() in (1009, 1006)
        installation.publish(someone)
        assert other.next("notification")


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


def _bearer(installation, token, **options):
    return Socket(installation.live_url, token=token, **options)


def _session(product, cookies, origin):
    return Socket(product.live_url, cookies=cookies, origin=origin)


def _cookies(product, username):
    with product.signed_in(username) as page:
        return "; ".join(f"{name}={value}" for name, value in page.cookies.items())


def _outcome(product, **options):
    """The status a handshake was refused with, or the code the socket was closed with."""
    try:
        with Socket(product.live_url, **options) as socket:
            return socket.close_code()
    except InvalidStatus as error:
        return error.response.status_code
