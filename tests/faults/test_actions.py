"""Twenty people press one exclusive action at once, and a process dies in the middle: one has it, and it is told."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from tests.fakes.receiver import Receiver
from tests.faults.crash import crash_at
from tests.faults.estate import audit
from tests.notifcenter.actions.conftest import TAKE
from tests.processes import wait_until
from tests.product import start_product
from tests.production import start_production

MANY = 20


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def crashing(request, folders):
    """Each shape of the product, with the file that names where it is to die."""
    folder = folders("pressing")
    env = {"CRASH_FILE": str(folder / "crash"), "PUSH_ALLOW_INSECURE_ENDPOINTS": "1"}
    if request.param == "sqlite":
        product = start_product(folder, **env)
    else:
        database = request.getfixturevalue("postgres").migrated_database("pressing")
        product = start_production(folder, database, request.getfixturevalue("redis_server").url, **env)
    yield product
    product.kill()


@pytest.fixture
def receiver(crashing):
    running = Receiver().start()
    with crashing.host_api() as host:
        host.put("providers/telephony/", json={"webhook": {"url": running.url}}).raise_for_status()
    yield running
    running.stop()


def told(receiver, pk):
    calls = [call for call in receiver.calls if call.event["type"] == "notification.action"]
    return [call for call in calls if call.event["data"]["notification"] == pk]


def test_of_twenty_at_once_exactly_one_has_it_and_all_others_see_who(crashing, receiver):
    people = [crashing.new_person() for _ in range(MANY)]
    pk = crashing.publish(*people, kind="error", text="x", fold_key=False, actions=[TAKE])
    callers = [crashing.user_api(username) for username in people]
    with ThreadPoolExecutor(MANY) as threads:
        answers = list(threads.map(lambda caller: caller.post(f"inbox/{pk}/actions/take/"), callers))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (MANY - 1)
    [winner] = [answer.json()["by"] for answer in answers if answer.status_code == 200]
    assert all(answer.json()["by"] == winner for answer in answers)
    for caller in callers:
        assert caller.get("inbox/").json()["results"][0]["actions"][0]["by"] == winner
        caller.close()
    [call] = wait_until(lambda: told(receiver, pk), what="the webhook")
    assert call.event["data"]["user"] == winner["id"]
    assert audit(crashing) == []


@pytest.mark.parametrize(("point", "is_stored"), [("act.before_commit", False), ("act.after_commit", True)])
def test_a_press_that_dies_is_told_or_never_was(crashing, receiver, point, is_stored):
    anna, boris = crashing.new_person(), crashing.new_person()
    pk = crashing.publish(anna, boris, kind="error", text="x", fold_key=False, actions=[TAKE])
    with crashing.user_api(anna) as hers:
        press = partial(hers.post, f"inbox/{pk}/actions/take/")
        crash_at(crashing, point, press)
        state = hers.get("inbox/").json()["results"][0]["actions"][0]["state"]
        assert state == ("done" if is_stored else "open")
        if is_stored:
            wait_until(lambda: told(receiver, pk), what="the webhook, though nobody pressed again")
        again = press()
        assert again.status_code == 200
    wait_until(lambda: told(receiver, pk), what="the webhook")
    assert len({call.headers["webhook-id"] for call in told(receiver, pk)}) == 1
    with crashing.user_api(boris) as his:
        assert his.post(f"inbox/{pk}/actions/take/").json()["by"] == again.json()["by"]
    assert audit(crashing) == []
