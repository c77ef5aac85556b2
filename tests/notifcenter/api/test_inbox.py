"""The centre by REST: newest first, cursors, read and unread, delete, and never somebody else's."""

import uuid

import pytest

from tests.problems import refused


@pytest.fixture
def someone(installation):
    return installation.new_person()


@pytest.fixture
def centre(installation, someone):
    with installation.user_api(someone) as client:
        yield client


@pytest.fixture
def fill(installation, someone):
    def publish(number, **fields):
        body = {"kind": "message", "recipients": [someone]} | fields
        with installation.provider_api() as provider:
            answer = provider.post("notifications/batch/", json=[body | {"text": f"n{i}"} for i in range(number)])
        assert answer.status_code == 201, answer.text
        return answer.json()

    return publish


def texts(page):
    return [item["body"]["rows"][0]["text"] for item in page["results"]]


def test_an_empty_centre_is_an_empty_list(centre):
    assert centre.get("inbox/").json() == {"next": None, "previous": None, "results": []}
    assert centre.get("inbox/summary/").json() == {"unread": 0}


def test_the_newest_comes_first_in_pages_of_50(centre, fill):
    ids = fill(120)
    seen, address, sizes = [], "inbox/", []
    while address:
        page = centre.get(address).json()
        seen += [item["id"] for item in page["results"]]
        sizes.append(len(page["results"]))
        address = page["next"]
    assert seen == ids[::-1]
    assert sizes == [50, 50, 20]


def test_previous_leads_back(centre, fill):
    fill(12)
    first = centre.get("inbox/", params={"limit": 5}).json()
    second = centre.get(first["next"]).json()
    third = centre.get(second["next"]).json()
    assert (first["previous"], third["next"]) == (None, None)
    assert texts(centre.get(third["previous"]).json()) == texts(second)
    assert texts(centre.get(second["previous"]).json()) == texts(first)


def test_links_are_absolute_and_keep_the_filter(installation, centre, fill):
    fill(3)
    page = centre.get("inbox/", params={"limit": 1, "unread": 1, "provider": "telephony"}).json()
    assert page["next"].startswith(installation.base_url + "/api/v1/inbox/")
    assert "unread=1" in page["next"]
    assert "provider=telephony" in page["next"]
    assert texts(centre.get(page["next"]).json()) == ["n1"]


def test_what_arrives_meanwhile_does_not_shift_a_page(centre, fill):
    fill(10)
    first = centre.get("inbox/", params={"limit": 4}).json()
    fill(3)
    assert texts(centre.get(first["next"]).json()) == ["n5", "n4", "n3", "n2"]


def test_limit_is_honoured_up_to_200(centre, fill):
    fill(230)
    assert len(centre.get("inbox/", params={"limit": 200}).json()["results"]) == 200
    assert len(centre.get("inbox/", params={"limit": 1}).json()["results"]) == 1


@pytest.mark.parametrize("limit", ["0", "-1", "201", "x", "1.5", "9" * 40, "²"])
def test_a_limit_that_makes_no_sense_is_400(centre, limit):
    answer = centre.get("inbox/", params={"limit": limit})
    if limit == "201" and answer.status_code == 200:
        return
    refused(answer, 400)


@pytest.mark.parametrize(
    "cursor", ["x", "!!", "bjE", "=", "cHh4", "a" * 5000, "\x00", "bi05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"]
)
def test_a_cursor_made_up_leaks_nothing(centre, fill, cursor):
    fill(1)
    answer = centre.get("inbox/", params={"cursor": cursor})
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        refused(answer, 400)


def test_the_filter_by_provider_shows_its_own(installation, centre, someone, fill):
    fill(2)
    with installation.provider_api("other") as other:
        other.post("notifications/", json={"kind": "call", "recipients": [someone], "text": "from other"})
    assert texts(centre.get("inbox/", params={"provider": "other"}).json()) == ["from other"]
    assert len(texts(centre.get("inbox/", params={"provider": "telephony"}).json())) == 2


def test_an_unknown_provider_shows_nothing_or_is_refused(centre, fill):
    fill(1)
    answer = centre.get("inbox/", params={"provider": "none-such"})
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert answer.json()["results"] == []


def test_reading_counts_down_and_filters(centre, fill):
    ids = fill(4)
    assert centre.post("inbox/read/", json={"ids": ids[:2]}).json()["unread"] == 2
    assert centre.get("inbox/summary/").json() == {"unread": 2}
    assert texts(centre.get("inbox/", params={"unread": 1}).json()) == ["n3", "n2"]
    assert {item["id"]: item["is_read"] for item in centre.get("inbox/").json()["results"]} == dict(
        zip(ids, [True, True, False, False], strict=True)
    )


def test_reading_twice_counts_once(centre, fill):
    ids = fill(2)
    for _ in range(3):
        assert centre.post("inbox/read/", json={"ids": [ids[0], ids[0]]}).json()["unread"] == 1


def test_unread_takes_it_back(centre, fill):
    ids = fill(2)
    centre.post("inbox/read/", json={"all": True})
    assert centre.post("inbox/unread/", json={"ids": ids[:1]}).json()["unread"] == 1
    assert centre.post("inbox/unread/", json={"all": True}).json()["unread"] == 2


def test_reading_all_up_to_a_cursor_leaves_what_came_later(installation, centre, someone, fill):
    fill(3)
    with installation.live(someone) as socket:
        cursor = socket.next("hello")["cursor"]
    fill(2)
    assert centre.post("inbox/read/", json={"all": True, "up_to": cursor}).json()["unread"] == 2
    assert texts(centre.get("inbox/", params={"unread": 1}).json()) == ["n1", "n0"]


def test_reading_all_leaves_none(centre, fill):
    fill(60)
    assert centre.post("inbox/read/", json={"all": True}).json()["unread"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ids": "x"},
        {"ids": ["x"]},
        {"ids": [7]},
        {"all": "yes"},
        {"all": False},
        {"all": True, "up_to": "x"},
        {"all": True, "up_to": -1},
        {"all": True, "up_to": 1.5},
        {"all": True, "up_to": 10**30},
        {"colour": 1, "all": True},
        [],
        {"ids": None},
        {"ids": {"a": 1}},
    ],
)
def test_what_makes_no_sense_is_400_and_changes_nothing(centre, fill, body):
    fill(1)
    refused(centre.post("inbox/read/", json=body), 400)
    assert centre.get("inbox/summary/").json() == {"unread": 1}


def test_ids_that_are_not_mine_are_ignored(installation, centre, fill):
    ids = fill(2)
    with installation.user_api(installation.new_person()) as stranger:
        assert stranger.post("inbox/read/", json={"ids": [*ids, str(uuid.uuid4())]}).json()["unread"] == 0
    assert centre.get("inbox/summary/").json() == {"unread": 2}
    assert centre.post("inbox/read/", json={"ids": [ids[0], str(uuid.uuid4())]}).json()["unread"] == 1


def test_deleting_removes_it_from_my_centre_only(installation, centre, someone, fill):
    other = installation.new_person()
    (known,) = fill(1, recipients=[someone, other])
    answer = centre.delete(f"inbox/{known}/")
    assert (answer.status_code, answer.content) == (204, b"")
    assert centre.get("inbox/").json()["results"] == []
    assert centre.get("inbox/summary/").json() == {"unread": 0}
    refused(centre.delete(f"inbox/{known}/"), 404)
    with installation.user_api(other) as unharmed:
        assert len(unharmed.get("inbox/").json()["results"]) == 1


def test_many_are_deleted_at_once_and_only_mine(installation, centre, someone, fill):
    fill(3)
    other = installation.new_person()
    theirs = installation.publish(other)
    ids = [item["id"] for item in centre.get("inbox/").json()["results"]]
    answer = centre.post("inbox/delete/", json={"ids": [*ids[:2], theirs]})
    assert (answer.status_code, answer.json()["unread"], answer.json()["changed"]) == (200, 1, 2)
    assert [item["id"] for item in centre.get("inbox/").json()["results"]] == ids[2:]
    with installation.user_api(other) as their_centre:
        assert len(their_centre.get("inbox/").json()["results"]) == 1
    assert centre.post("inbox/delete/", json={"ids": ids[2:], "all": True}).status_code == 400


def test_deleting_a_read_one_leaves_the_count(centre, fill):
    ids = fill(3)
    centre.post("inbox/read/", json={"ids": ids[:1]})
    centre.delete(f"inbox/{ids[0]}/")
    assert centre.get("inbox/summary/").json() == {"unread": 2}


def test_somebody_elses_item_is_not_found(installation, centre, fill):
    (known,) = fill(1)
    with installation.user_api(installation.new_person()) as stranger:
        refused(stranger.delete(f"inbox/{known}/"), 404)
        refused(stranger.get(f"inbox/{known}/deliveries/"), 404)
    assert centre.get("inbox/summary/").json() == {"unread": 1}
    assert centre.delete("inbox/not-an-id/").status_code == 404


def test_it_says_why_it_reached_me_or_not(centre, fill):
    (known,) = fill(1)
    answer = centre.get(f"inbox/{known}/deliveries/").json()
    by_channel = {row["channel"]: row for row in answer["results"]}
    assert {"interface", "email", "mobile", "browser"} <= by_channel.keys()
    assert by_channel["interface"]["state"] == "sent"
    assert by_channel["browser"]["state"] == "skipped"
    assert by_channel["browser"]["reason"]


def test_the_reason_is_in_my_language(installation, fill, someone, centre):
    (known,) = fill(1)

    def reason():
        rows = centre.get(f"inbox/{known}/deliveries/").json()["results"]
        return next(row["reason"] for row in rows if row["channel"] == "browser")

    russian = reason()
    with installation.host_api() as host:
        host.put(f"users/{someone}/", json={"language": "en"})
    assert reason() != russian
    assert reason().isascii()
