"""PUT calls/{call_id}/: a call from ring to recording, at every desk."""

import itertools
import random
import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest

from tests.problems import refused

RECORDING = "https://records.example.com/1.mp3"
FROM = "+79991234567"


@pytest.fixture
def desks(installation):
    """Two people whose desks ring."""
    return [installation.new_person(), installation.new_person()]


@pytest.fixture
def call(installation, desks):
    """Sends an event of one call; ``desks`` are the recipients unless others are given."""
    call_id = f"line/3 №{uuid.uuid4()}"
    api = installation.provider_api()

    def send(state, **fields):
        body = {"state": state, "recipients": desks} | {name.rstrip("_"): value for name, value in fields.items()}
        body = {name: value for name, value in body.items() if value is not None}
        return api.put(f"calls/{uuid_path(call_id)}/", json=body)

    send.id = call_id
    yield send
    api.close()


def uuid_path(call_id: str) -> str:
    return quote(call_id, safe="")


def item(installation, person):
    with installation.user_api(person) as api:
        [found] = api.get("inbox/").json()["results"]
    return found


def unread(installation, person) -> int:
    with installation.user_api(person) as api:
        return api.get("inbox/summary/").json()["unread"]


def test_a_call_rings_is_answered_and_ends(installation, desks, call) -> None:
    anna, boris = desks
    answer = call("ringing", from_=FROM, to="101")
    assert answer.status_code == 201
    assert answer.json() == {"id": item(installation, anna)["id"], "state": "ringing"}
    ringing = item(installation, anna)
    assert (ringing["is_read"], ringing["silent"], ringing["body"]["rows"][0]["text"]) == (False, False, FROM)
    assert ringing["call"] | {"started_at": 0} == {
        "id": call.id, "state": "ringing", "from": FROM, "to": "101", "answered_by": None, "duration": None,
        "recording": None, "started_at": 0,
    }  # fmt: skip
    answered = call("answered", answered_by=boris)
    assert (answered.status_code, answered.json()["state"]) == (200, "answered")
    for person in desks:
        shown = item(installation, person)
        assert shown["is_read"] is True
        assert (shown["call"]["state"], shown["call"]["answered_by"]["name"].lower()) == ("answered", boris)
        assert shown["call"]["answered_by"]["id"] > 0
        assert unread(installation, person) == 0
    ended = call("ended", duration=125, link=RECORDING)
    assert (ended.status_code, ended.json()["state"]) == (200, "ended")
    shown = item(installation, anna)
    assert (shown["call"]["duration"], shown["call"]["recording"]) == (125, RECORDING)
    assert shown["buttons"][0]["url"] == RECORDING
    assert shown["is_read"] is True


def test_a_missed_call_is_unread_and_can_be_taken(installation, desks, call) -> None:
    anna, _boris = desks
    call("ringing", from_=FROM)
    with installation.user_api(anna) as api:
        api.post("inbox/read/", json={"all": True})
    assert call("missed").json()["state"] == "missed"
    shown = item(installation, anna)
    assert (shown["is_read"], shown["call"]["state"]) == (False, "missed")
    [take] = shown["actions"]
    assert (take["id"], take["exclusive"], take["title"]) == ("take", True, "Перезвоню")
    assert call("answered", answered_by=anna).json()["state"] == "answered"
    assert "actions" not in item(installation, anna)
    assert item(installation, anna)["is_read"] is True


def test_taking_a_call_is_offered_in_the_readers_language(installation, desks, call) -> None:
    anna, boris = desks
    with installation.host_api() as host:
        assert host.put(f"users/{boris}/", json={"language": "en"}).status_code == 200
    call("ringing", from_=FROM)
    with installation.live(boris) as socket:
        call("missed")
        [live] = socket.next("changed")["items"]
    assert [one["title"] for one in live["actions"]] == ["Call back"]
    titles = [item(installation, person)["actions"][0]["title"] for person in (anna, boris)]
    assert titles == ["Перезвоню", "Call back"]


def test_a_ringing_call_is_told_to_open_pages_and_closed_there(installation, desks, call) -> None:
    anna, boris = desks
    with installation.live(anna) as socket:
        start = socket.next("hello")["cursor"]
        call("ringing", from_=FROM)
        rung = socket.next("notification")
        assert (rung["cursor"], rung["unread"], rung["data"]["call"]["state"]) == (start + 1, 1, "ringing")
        call("answered", answered_by=boris)
        changed = socket.next("changed")
        assert (changed["cursor"], changed["unread"], changed["alert"]) == (start + 2, 0, [])
        [shown] = changed["items"]
        assert (shown["is_read"], shown["call"]["answered_by"]["name"].lower()) == (True, boris)
        call("ended", duration=9)
        assert socket.next("changed")["items"][0]["call"]["duration"] == 9


@pytest.mark.parametrize("fields", [{"answered_by": 0}, {"duration": 5}])
def test_a_call_that_begins_ended_arrives_read_and_silent(installation, desks, call, fields) -> None:
    anna, _boris = desks
    if "answered_by" in fields:
        fields = {"answered_by": anna}
    with installation.live(anna) as socket:
        socket.next("hello")
        assert call("ended", **fields).json()["state"] == "ended"
        frame = socket.next("notification")
    assert (frame["unread"], frame["data"]["is_read"], frame["data"]["silent"]) == (0, True, True)
    shown = item(installation, anna)
    assert (shown["is_read"], shown["silent"], unread(installation, anna)) == (True, True, 0)


def test_an_event_twice_changes_nothing_and_shows_nothing(installation, desks, call) -> None:
    anna, _boris = desks
    call("ringing", from_=FROM)
    with installation.live(anna) as socket:
        before = socket.next("hello")["cursor"]
        call("ringing", from_=FROM)
        call("ringing")
        with installation.user_api(anna) as api:
            api.post("inbox/read/", json={"all": True})
        assert socket.next("changed", "read")["cursor"] == before + 1


def test_later_events_add_their_recipients(installation, desks, call) -> None:
    third = installation.new_person()
    call("ringing")
    call("ringing", recipients=[third])
    call("answered", recipients=None)
    assert item(installation, third)["is_read"] is True
    late = installation.new_person()
    call("ended", recipients=[late], duration=3)
    assert (item(installation, late)["is_read"], item(installation, late)["silent"]) == (True, True)


def test_every_order_of_the_same_events_leaves_the_same_call(installation) -> None:
    events = [
        {"state": "ringing", "from": FROM, "text": "One"},
        {"state": "missed", "text": "Two"},
        {"state": "answered", "to": "101"},
        {"state": "ended", "duration": 7, "link": RECORDING},
    ]
    orders = random.Random(7).sample(list(itertools.permutations(events)), 8)
    seen = []
    with installation.provider_api() as api:
        for order in orders:
            person = installation.new_person()
            name = uuid.uuid4()
            for event in [*order, order[0]]:
                api.put(f"calls/{name}/", json=event | {"recipients": [person]}).raise_for_status()
            shown = item(installation, person)
            seen.append((shown["is_read"], shown["body"]["rows"], {**shown["call"], "id": "", "started_at": 0}))
    assert all(each == seen[0] for each in seen)
    assert seen[0][0] is True


def test_events_of_a_new_call_at_the_same_time_make_one_call(installation, desks) -> None:
    events = [{"state": state, "recipients": desks} for state in ("ringing", "ringing", "answered", "ended")]
    with installation.provider_api() as api, ThreadPoolExecutor(4) as lines:
        for _ in range(5):
            name = uuid.uuid4()
            answers = list(lines.map(lambda event, name=name: api.put(f"calls/{name}/", json=event), events))
            assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
            assert len({answer.json()["id"] for answer in answers}) == 1
    with installation.user_api(desks[0]) as api:
        items = api.get("inbox/").json()["results"]
    assert [(one["call"]["state"], one["is_read"]) for one in items] == [("ended", True)] * 5
    assert unread(installation, desks[0]) == 0


def test_calls_of_two_providers_are_two(installation, desks) -> None:
    for code in ("one-exchange", "other-exchange"):
        with installation.provider_api(code) as api:
            assert api.put("calls/7/", json={"state": "ringing", "recipients": desks}).status_code == 201


@pytest.mark.parametrize(
    ("fields", "pointers"),
    [
        ({"state": "ringin"}, ["/state"]),
        ({"state": None}, ["/state"]),
        ({"recipients": None}, ["/recipients"]),
        ({"recipients": ["nobody-there"]}, ["/recipients/0"]),
        ({"answered_by": "nobody-there"}, ["/answered_by"]),
        ({"answered_by": True}, ["/answered_by"]),
        ({"answered_by": "group:x"}, ["/answered_by"]),
        ({"duration": -1, "link": "javascript:x"}, ["/duration", "/link"]),
        ({"element": {"id": 1}}, ["/element/type"]),
        ({"colour": "red"}, ["/colour"]),
        ({"text": " "}, ["/text"]),
    ],
)
def test_bad_events_are_refused_and_nothing_is_stored(installation, desks, fields, pointers) -> None:
    body = {"state": "ringing", "recipients": desks} | fields
    with installation.provider_api() as api:
        answer = api.put(
            f"calls/{uuid.uuid4()}/", json={name: value for name, value in body.items() if value is not None}
        )
    refused(answer, 400, *pointers)
    assert unread(installation, desks[0]) == 0


def test_an_id_that_is_too_long_is_refused(installation, desks) -> None:
    body = {"state": "ringing", "recipients": desks}
    with installation.provider_api() as api:
        assert api.put(f"calls/{uuid.uuid4().hex:x<255}/", json=body).status_code == 201
        refused(api.put(f"calls/{'x' * 256}/", json=body), 400)
