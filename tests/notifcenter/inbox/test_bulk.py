"""Many at once: all that match a filter, in one frame; and what is refused."""

import time

import pytest

from tests.problems import refused


def test_all_means_all_that_match_shown_or_not(installation, someone, centre, do, listed, unread):
    batch = [{"kind": "call" if n % 2 else "message", "text": f"n{n}", "recipients": [someone]} for n in range(120)]
    with installation.provider_api() as provider:
        provider.post("notifications/batch/", json=batch).raise_for_status()
    answer = do("done", all=True, filter={"kind": "call"})
    assert (answer["changed"], answer["unread"]) == (60, 60)
    assert centre.get("inbox/summary/?state=done").json()["total"] == 60
    assert do("read", all=True, filter={"q": "n1"})["changed"] == 5 + 10
    assert unread() == 45
    assert do("delete", all=True)["changed"] == 60
    assert (listed(), centre.get("inbox/summary/?state=all").json()["total"]) == ([], 60)


@pytest.mark.parametrize(
    ("verb", "state"), [("undone", "done"), ("unsnooze", "snoozed"), ("unpin", "pinned"), ("unread", "open")]
)
def test_without_a_state_all_is_what_the_call_can_change(fill, do, centre, verb, state):
    done, snoozed, pinned, read = fill(4)
    do("done", done), do("snooze", snoozed, until=int(time.time()) + 1000), do("pin", pinned), do("read", read)
    pk = {"done": done, "snoozed": snoozed, "pinned": pinned, "open": read}[state]
    before = {item["id"]: item for item in centre.get("inbox/?state=all").json()["results"]}
    assert do(verb, all=True)["changed"] == 1
    after = {item["id"]: item for item in centre.get("inbox/?state=all").json()["results"]}
    assert [each for each in before if before[each] != after[each]] == [pk]


def test_a_given_state_is_obeyed(fill, do, listed):
    done, pinned, plain = fill(3)
    do("done", done), do("pin", pinned)
    assert do("delete", all=True, filter={"state": "done"})["changed"] == 1
    assert do("read", all=True, filter={"state": "pinned"})["changed"] == 1
    assert listed(state="all") == [pinned, plain]
    assert listed(unread=1) == [plain]


def test_up_to_leaves_what_came_or_was_renewed_later(publish, fill, do, page, listed):
    renewed = publish(key="matter-of-this-test")
    old = fill(2)
    cursor = page.until(3)[-1]["cursor"]
    [new] = fill(1)
    publish(key="matter-of-this-test", renew=True)
    assert do("done", all=True, up_to=cursor)["changed"] == 2
    assert listed() == [renewed, new]
    assert sorted(listed(state="done")) == sorted(old)


def test_one_call_is_one_frame(fill, do, page):
    ids = fill(3)
    page.until(3)
    calls = [
        ("read", {"all": True}),
        ("unread", {"all": True, "filter": {"q": "n0"}}),
        ("done", {"all": True}),
        ("undone", {"ids": ids}),
        ("pin", {"ids": ids[:1]}),
        ("delete", {"ids": ids[:2]}),
        ("delete", {"all": True}),
    ]
    for verb, body in calls:
        do(verb, **body)
    read, unread, done, undone, pinned, deleted, all_deleted = page.until(3 + len(calls))
    assert read == {"type": "read", "cursor": 4, "ids": [], "all": True, "read": True, "unread": 0}
    assert unread == {"type": "read", "cursor": 5, "ids": ids[:1], "all": False, "read": False, "unread": 1}
    for frame, of in ((done, ids), (undone, ids), (pinned, ids[:1])):
        assert (frame["type"], frame["alert"]) == ("changed", [])
        assert sorted(item["id"] for item in frame["items"]) == sorted(of)
    assert all("pinned_at" in item for item in pinned["items"])
    assert (deleted["type"], sorted(deleted["ids"])) == ("deleted", sorted(ids[:2]))
    assert all_deleted == {"type": "deleted", "cursor": 10, "ids": [], "all": True, "unread": 0}


@pytest.mark.parametrize(
    ("verb", "filter"), [("read", {"kind": "message"}), ("done", None), ("delete", {"kind": "message"})]
)
def test_more_than_fifty_are_a_reset(installation, someone, page, do, verb, filter):
    batch = [{"kind": "message", "text": f"n{n}", "recipients": [someone]} for n in range(51)]
    with installation.provider_api() as provider:
        provider.post("notifications/batch/", json=batch).raise_for_status()
    page.until(51)
    body = {"all": True} if filter is None else {"all": True, "filter": filter}
    assert do(verb, **body)["changed"] == 51
    assert page.until(52) == [{"type": "reset", "cursor": 52, "unread": 0}]
    with installation.live(someone, cursor=51) as late:
        late.next("hello")
        assert late.until(52) == [{"type": "reset", "cursor": 52, "unread": 0}]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"all": True, "filter": {"kind": "calls"}}, "/filter/kind"),
        ({"all": True, "filter": {"cursor": "x"}}, "/filter/cursor"),
        ({"all": True, "filter": {"limit": 5}}, "/filter/limit"),
        ({"all": True, "filter": {"q": "%"}}, "/filter/q"),
        ({"all": True, "filter": []}, "/filter"),
        ({"ids": [], "filter": {}}, "/filter"),
        ({"ids": [], "all": True}, ""),
        ({"all": True, "up_to": 10**9}, "/up_to"),
    ],
)
def test_what_makes_no_sense_is_pointed_at(fill, centre, unread, body, pointer):
    fill(1)
    refused(centre.post("inbox/done/", json=body), 400, pointer)
    assert unread() == 1


def test_somebody_elses_are_passed_over(installation, fill, unread):
    ids = fill(1)
    with installation.user_api(installation.new_person()) as stranger:
        answer = stranger.post("inbox/done/", json={"ids": ids})
    assert answer.json() == {"unread": 0, "changed": 0, "undo": None}
    assert unread() == 1
