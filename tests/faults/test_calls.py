"""Calls survive kill -9: in the middle of an event, and while the clock makes one missed."""

import pytest

from tests.faults.crash import crash_at
from tests.faults.estate import audit
from tests.processes import wait_until
from tests.product import start_product as start

RANG_TOO_LONG = """
from django.utils import timezone
from notifcenter.models import Call
assert Call.objects.filter(call_id="{call}", lapses_at__isnull=False).update(lapses_at=timezone.now()) == 1
"""


@pytest.fixture(scope="module")
def crashing(folders):
    """The product with the file that names where it is to die."""
    folder = folders("crashing-calls")
    product = start(folder, CRASH_FILE=str(folder / "crash"))
    yield product
    product.kill()


def item(product, person):
    with product.user_api(person) as api:
        return next(iter(api.get("inbox/").json()["results"]), None)


def test_an_event_cut_short_is_not_half_done(crashing) -> None:
    person = crashing.new_person()
    ringing = {"state": "ringing", "recipients": [person], "from": "+79991234567"}
    answered = ringing | {"state": "answered", "answered_by": person}
    with crashing.provider_api() as api:
        crash_at(crashing, "call.before_commit", lambda: api.put("calls/cut/", json=ringing))
        assert item(crashing, person) is None
        assert api.put("calls/cut/", json=ringing).status_code == 201
        crash_at(crashing, "call.before_commit", lambda: api.put("calls/cut/", json=answered))
        assert (item(crashing, person)["call"]["state"], item(crashing, person)["is_read"]) == ("ringing", False)
        assert api.put("calls/cut/", json=answered).json()["state"] == "answered"
    assert item(crashing, person)["is_read"] is True
    assert audit(crashing) == []


def test_a_ringing_that_nobody_ends_is_missed_though_the_worker_is_killed(crashing) -> None:
    person = crashing.new_person()
    with crashing.provider_api() as api:
        api.put("calls/rings/", json={"state": "ringing", "recipients": [person]}).raise_for_status()
    crash_at(
        crashing, "lapse.before_commit", lambda: crashing.manage("shell", "-c", RANG_TOO_LONG.format(call="rings"))
    )
    missed = wait_until(lambda: (one := item(crashing, person))["call"]["state"] == "missed" and one, what="missed")
    assert missed["is_read"] is False
    crashing.wait_for_mail(f"{person}@", 1, 120)
    assert audit(crashing) == []
