"""Done, pinned and snoozed: by REST, in lists, in the badge and on open pages."""

import time
import uuid

import pytest

from tests.problems import refused
from tests.processes import wait_until


def test_done_leaves_list_and_count_and_counts_as_read(fill, do, listed, shown, unread):
    old, new = fill(2)
    answer = do("done", new)
    assert (answer["unread"], answer["changed"]) == (1, 1)
    assert (listed(), listed(state="done"), listed(state="all")) == ([old], [new], [new, old])
    item = shown(new)
    assert item["is_read"]
    assert item["done_at"] >= item["created_at"]
    assert "done_at" not in shown(old)
    assert unread() == 1


def test_undone_brings_back_whether_it_was_read(fill, do, listed, shown, unread):
    was_unread, was_read = fill(2)
    do("read", was_read)
    do("done", was_unread, was_read)
    assert do("undone", all=True)["unread"] == 1
    assert (shown(was_unread)["is_read"], shown(was_read)["is_read"]) == (False, True)
    assert listed() == [was_read, was_unread]
    assert unread() == 1


def test_done_unpins_and_ends_a_snooze(fill, do, shown):
    pk, _other = fill(2)
    do("pin", pk)
    do("snooze", pk, until=int(time.time()) + 1000)
    do("done", pk)
    assert shown(pk).keys() & {"done_at", "pinned_at", "snoozed_until"} == {"done_at"}


def test_pinned_ones_are_on_top_under_every_filter_over_all_pages(centre, publish, do, listed):
    first, second = publish(kind="call", text="n 1"), publish(kind="call", text="n 1")
    rest = [publish(text=f"n {n}") for n in range(4)]
    do("pin", first), do("pin", second)
    assert listed() == [second, first, *reversed(rest)]
    assert listed(q="n 1") == [second, first, rest[1]]
    assert listed(kind="call") == [second, first]
    assert listed(kind="call,message") == [second, first, *reversed(rest)]
    assert listed(state="pinned") == [second, first]
    pages, address = [], "inbox/?limit=1"
    while address:
        body = centre.get(address).json()
        pages.append(body["results"][0]["id"])
        address, previous = body["next"], body["previous"]
    assert pages == [second, first, *reversed(rest)]
    while previous:
        body = centre.get(previous).json()
        assert body["results"][0]["id"] == pages[pages.index(body["results"][0]["id"])]
        back, previous = body["results"][0]["id"], body["previous"]
    assert back == second


def test_unpinned_ones_are_in_their_place_again(fill, do, listed, shown):
    old, new = fill(2)
    do("pin", old)
    assert (listed(), "pinned_at" in shown(old)) == ([old, new], True)
    assert do("unpin", all=True)["changed"] == 1
    assert (listed(), "pinned_at" in shown(old)) == ([new, old], False)


def test_a_snoozed_one_leaves_and_comes_back_unread_and_newest(fill, do, listed, shown, unread, page):
    old, new = fill(2)
    do("read", old)
    until = int(time.time()) + 2
    assert do("snooze", old, new, until=until)["unread"] == 0
    assert (listed(), sorted(listed(state="snoozed"))) == ([], sorted([old, new]))
    assert shown(old)["snoozed_until"] == until
    frames = page.until(6)
    assert [(frame["type"], frame.get("alert")) for frame in frames] == [
        ("notification", None),
        ("notification", None),
        ("read", None),
        ("changed", []),
        ("changed", frames[4]["alert"]),
        ("changed", frames[5]["alert"]),
    ]
    assert {frames[4]["alert"][0], frames[5]["alert"][0]} == {old, new}
    assert [frame["unread"] for frame in frames[4:]] in ([1, 2], [2, 2])
    assert time.time() >= until
    assert sorted(listed(unread=1)) == sorted([old, new])
    assert "snoozed_until" not in shown(old)
    assert unread() == 2


def test_what_comes_back_is_before_what_came_meanwhile(fill, do, listed):
    [pk] = fill(1)
    do("snooze", pk, until=int(time.time()) + 2)
    [meanwhile] = fill(1)
    wait_until(lambda: listed() == [pk, meanwhile], what="the snoozed one on top")


def test_unsnoozed_it_is_as_it_was_and_where_it_was(fill, do, listed, shown, unread):
    read, other, new = fill(3)
    do("read", read)
    do("snooze", read, other, until=int(time.time()) + 1000)
    assert unread() == 1
    assert do("unsnooze", read, other)["unread"] == 2
    assert listed() == [new, other, read]
    assert shown(read)["is_read"]


def test_until_a_call_ends_needs_a_call_and_comes_back_with_its_end(fill, do, centre, listed, shown, page):
    [pk] = fill(1)
    refused(centre.post("inbox/snooze/", json={"ids": [pk], "until": "call_end"}), 400, "/until")
    page.connection.send('{"type": "calling", "on": true}')
    ready = {"ids": [pk], "until": "call_end"}
    wait_until(lambda: centre.post("inbox/snooze/", json=ready).status_code == 200, what="the call is known")
    assert shown(pk)["snoozed_until"] == "call_end"
    assert listed() == []
    page.connection.send('{"type": "calling", "on": false}')
    wait_until(lambda: listed() == [pk], what="it comes back")
    assert "snoozed_until" not in shown(pk)


@pytest.mark.parametrize("until", [None, "tomorrow", True, 1.5, 0, -1, 10**12, "past", "far"])
def test_a_time_that_is_none_is_refused(fill, centre, unread, until):
    [pk] = fill(1)
    times = {"past": int(time.time()) - 5, "far": int(time.time()) + 366 * 86400}
    refused(centre.post("inbox/snooze/", json={"ids": [pk], "until": times.get(until, until)}), 400, "/until")
    assert unread() == 1


def test_a_renewal_ends_done_and_snooze_and_an_update_does_not(publish, do, listed):
    keys = {name: str(uuid.uuid4()) for name in ("done", "snoozed")}
    done, snoozed = (publish(key=key) for key in keys.values())
    do("done", done), do("snooze", snoozed, until=int(time.time()) + 1000)
    for key in keys.values():
        publish(key=key, text="Another")
    assert listed() == []
    for key in keys.values():
        publish(key=key, text="Another still", renew=True)
    assert listed(unread=1) == [snoozed, done]


def test_a_repeat_of_what_is_done_begins_anew(publish, do, listed):
    first = publish(kind="error", text="Line 3 is down", header="Line")
    do("done", first)
    second = publish(kind="error", text="Line 3 is down", header="Line")
    assert second != first
    assert listed() == [second]


def test_a_repeat_leaves_a_snoozed_one_away(publish, do, listed, shown, unread):
    first = publish(kind="error", text="Line 4 is down", header="Line")
    do("snooze", first, until=int(time.time()) + 1000)
    assert publish(kind="error", text="Line 4 is down", header="Line") == first
    wait_until(lambda: shown(first).get("repeats") == 2, what="two repeats")
    assert (listed(), unread()) == ([], 0)
    do("unsnooze", first)
    assert unread() == 1
