"""How much a caller may ask for: recipients, publications a minute, devices, and what the responses say of it."""

import re
import uuid

import pytest

from tests.problems import refused


@pytest.fixture
def limited(product, host_api):
    """Makes a provider with a rate limit and gives a caller with its token."""

    def make(limit):
        code = f"limited-{uuid.uuid4().hex[:8]}"
        host_api.put(f"providers/{code}/", json={"rate_limit": limit}).raise_for_status()
        return product.client(host_api.post(f"providers/{code}/tokens/").json()["token"])

    return make


@pytest.fixture
def one(person):
    return {"kind": "message", "recipients": [person], "text": "x"}


def left(answer):
    return int(re.search(r"r=(\d+)", answer.headers["RateLimit"])[1])


def test_ten_thousand_recipients_are_looked_up_and_more_are_refused(provider_api):
    body = {"kind": "message", "text": "x", "recipients": list(range(10**12, 10**12 + 10_000))}
    problem = refused(provider_api.post("notifications/", json=body), 400)
    assert {error["code"] for error in problem["errors"]} == {"not_found"}
    assert len(problem["errors"]) == 100
    body["recipients"] = list(range(300_000))
    (error,) = refused(provider_api.post("notifications/", json=body), 400, "/recipients")["errors"]
    assert error["code"] == "too_long"


def test_each_group_of_a_long_list_is_found(product, host_api, provider_api):
    people = [product.new_person(groups=[f"group-{number}-{uuid.uuid4().hex[:6]}"]) for number in range(3)]
    groups = [host_api.put(f"users/{name}/", json={}).json()["groups"][0] for name in people]
    body = {"kind": "message", "text": "x", "recipients": [f"group:{name}" for name in groups]}
    assert provider_api.post("notifications/", json=body).json()["recipients"] == 3


def test_a_limited_provider_is_told_what_is_left(limited, one):
    with limited(5) as api:
        first = api.post("notifications/", json=one)
        assert first.headers["RateLimit-Policy"] == '"publications";q=5;w=60'
        assert left(first) == 4
        assert left(api.post("notifications/batch/", json=[one] * 3)) == 1


def test_an_unlimited_provider_is_told_of_no_limit(provider_api, one):
    assert "RateLimit" not in provider_api.post("notifications/", json=one).headers


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("notifications/batch/", lambda one: [one] * 9),
        ("/api/v2/events", lambda one: {"add": [{"type": "phone_call", "phone_number": "+7", "users": [1]}] * 9}),
    ],
    ids=["batch", "events"],
)
def test_every_publication_of_a_call_counts(product, limited, one, path, body):
    with limited(8) as api:
        address = product.base_url + path if path.startswith("/") else path
        answer = api.post(address, json=body(one))
        refused(answer, 429)
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert left(answer) == 0
        assert api.post("notifications/", json=one).status_code == 201, "what was refused has used nothing up"


def test_popups_count(limited, person):
    popup = {"method": "show_message", "recipients": [person], "params": {"header": "x", "text": "y"}}
    with limited(2) as api:
        answers = [api.post("popups/", json=popup).status_code for _ in range(4)]
    assert 429 in answers
    assert answers[0] == 202


def test_nothing_is_stored_over_the_limit(limited, one, user_api, person):
    with limited(1) as api:
        statuses = [api.post("notifications/", json=one).status_code for _ in range(5)]
    assert user_api(person).get("inbox/summary/").json() == {"unread": statuses.count(201)}
    assert statuses.count(201) in (1, 2), "a new minute may have begun"


def test_notifications_to_oneself_have_a_limit(user_api, person):
    api = user_api(person)
    answers = [api.post("me/notifications/", json={"kind": "message", "text": "x"}) for _ in range(121)]
    assert answers[0].headers["RateLimit-Policy"] == '"publications";q=120;w=60'
    more = [api.post("me/notifications/", json={"kind": "message", "text": "x"}) for _ in range(120)]
    refused(next(answer for answer in [*answers, *more] if answer.status_code != 201), 429)


def test_the_device_that_is_longest_unused_makes_room(user_api, person):
    api = user_api(person)
    for number in range(22):
        body = {"channel": "mobile", "transport": "fcm", "token": f"{person}-token-{number}", "name": str(number)}
        assert api.post("devices/", json=body).status_code == 201
    names = [device["name"] for device in api.get("devices/", params={"limit": 50}).json()["results"]]
    assert names == [str(number) for number in range(21, 1, -1)]
    again = {"channel": "mobile", "transport": "fcm", "token": f"{person}-token-2", "name": "2"}
    assert api.post("devices/", json=again).status_code == 200
    assert len(api.get("devices/").json()["results"]) == 20


PERSONAL = ["inbox/", "inbox/summary/", "preferences/", "devices/", "me/", "presence/", "inbox/none/"]


@pytest.mark.parametrize("path", PERSONAL)
def test_personal_answers_may_not_be_stored(user_api, person, path):
    assert user_api(person).get(path).headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("limit", ["0000000011000000", "007", "+5", "5 ", "1_0", "²", "٥", "9" * 5000, "", "1e2"])
def test_a_limit_is_written_in_plain_digits(installation, limit):
    with installation.user_api("anna") as api:
        (error,) = refused(api.get("inbox/", params={"limit": limit}), 400)["errors"]
    assert error["parameter"] == "limit"
