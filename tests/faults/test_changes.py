"""A crash in the middle of a change of a notification: nothing is half done, and what was answered stays."""

import time
import uuid

import pytest

from tests.faults.crash import crash_at
from tests.faults.estate import audit
from tests.processes import wait_until
from tests.product import start_product
from tests.production import start_production


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def crashing(request, folders):
    """Each shape of the product, with the file that names where it is to die."""
    folder = folders("changing")
    env = {"CRASH_FILE": str(folder / "crash")}
    if request.param == "sqlite":
        product = start_product(folder, **env)
    else:
        database = request.getfixturevalue("postgres").migrated_database("changing")
        product = start_production(folder, database, request.getfixturevalue("redis_server").url, **env)
    yield product
    product.kill()


@pytest.fixture
def someone(crashing):
    return crashing.new_person()


@pytest.fixture
def publish(crashing, someone):
    """Publishes to them under one key; gives the answer."""
    key = str(uuid.uuid4())

    def call(text, **fields):
        body = {"kind": "message", "recipients": [someone], "text": text, "key": key} | fields
        with crashing.provider_api() as provider:
            return provider.post("notifications/", json=body)

    call.key = key
    return call


def listed(product, person):
    with product.user_api(person) as user:
        items = user.get("inbox/").json()["results"]
        unread = user.get("inbox/summary/").json()["unread"]
    return [(item["body"]["rows"][0]["text"], item["is_read"]) for item in items], unread


@pytest.mark.parametrize("point", ["spread.before_commit", "keyed.before_commit", "keyed.after_commit"])
def test_a_renewal_happens_whole_or_not_at_all(crashing, someone, publish, point):
    publish("old")
    with crashing.user_api(someone) as user:
        user.post("inbox/read/", json={"all": True})
    crash_at(crashing, point, lambda: publish("new", renew=True))
    happened = point.endswith("after_commit")
    assert listed(crashing, someone) == (([("new", False)], 1) if happened else ([("old", True)], 0))
    assert publish("newest", renew=True).json()["updated"] is True
    assert listed(crashing, someone) == ([("newest", False)], 1)
    assert audit(crashing) == []


@pytest.mark.parametrize("point", ["withdraw.before_commit", "withdraw.after_commit"])
def test_a_withdrawal_happens_whole_or_not_at_all(crashing, someone, publish, point):
    pk = publish("x").json()["id"]

    def withdraw():
        with crashing.provider_api() as provider:
            return provider.delete(f"notifications/{pk}/")

    crash_at(crashing, point, withdraw)
    happened = point.endswith("after_commit")
    assert listed(crashing, someone) == (([], 0) if happened else ([("x", False)], 1))
    assert withdraw().status_code == (404 if happened else 204)
    assert listed(crashing, someone) == ([], 0)
    assert audit(crashing) == []


def test_what_falls_due_in_a_crash_is_dealt_with_afterwards(crashing, someone, publish):
    if len(crashing.processes) > 1:
        pytest.skip("there a worker dies, not the process that is watched")
    at = int(time.time()) + 5
    crash_at(crashing, "scheduled.before_commit", lambda: publish("later", send_at=at))
    wait_until(lambda: listed(crashing, someone) == ([("later", False)], 1), what="it became visible")
    body = {"kind": "error", "recipients": [someone], "text": "Down"}

    def fail():
        with crashing.provider_api() as provider:
            for _ in range(3):
                provider.post("notifications/", json=body)

    crash_at(crashing, "fold.before_commit", fail)
    wait_until(lambda: len(listed(crashing, someone)[0]) == 2, what="both are there")
    assert audit(crashing) == []


def test_a_snooze_that_ends_in_a_crash_ends_afterwards_and_once(crashing, someone, publish):
    if len(crashing.processes) > 1:
        pytest.skip("there a worker dies, not the process that is watched")
    pk = publish("later").json()["id"]

    def snooze():
        with crashing.user_api(someone) as user:
            return user.post("inbox/snooze/", json={"ids": [pk], "until": int(time.time()) + 3})

    crash_at(crashing, "snooze.before_commit", snooze)
    wait_until(lambda: listed(crashing, someone) == ([("later", False)], 1), what="it came back")
    with crashing.live(someone, cursor=0) as page:
        assert page.next("hello")["cursor"] == 3
    assert audit(crashing) == []
