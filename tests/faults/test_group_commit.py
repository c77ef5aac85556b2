"""A crash of a transaction that several publishers share loses nothing answered, and repeats store each call once."""

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, count

import httpx
import pytest

from tests.faults.crash import crash_at
from tests.faults.estate import ask, audit
from tests.notifcenter.api.test_idempotency import body
from tests.product import start_product
from tests.production import start_production

PUBLISHERS = 8
MOST = 100
STORED = "SELECT text FROM notifcenter_notification"
KEPT = "SELECT created_at, key FROM notifcenter_idempotencykey"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def crashing(request, folders):
    """Each shape of the product, with the file that names where it is to die."""
    folder = folders("crashing")
    env = {"CRASH_FILE": str(folder / "crash")}
    if request.param == "sqlite":
        product = start_product(folder, **env)
    else:
        database = request.getfixturevalue("postgres").new_database("crashing")
        product = start_production(folder, database, request.getfixturevalue("redis_server").url, **env)
    yield product
    product.kill()


class Publishers:
    """Each writes to a person of its own; every call has a key of its own, which is its text, too."""

    def __init__(self, product):
        self.product, self.token = product, product.provider_token
        self.people = [product.new_person() for _ in range(PUBLISHERS)]
        self.said, self.answered, self._numbers = {}, {}, count()

    def one_then_all(self):
        """One alone passes the point alive, so who dies there is in company; then all at once, until they do."""
        answered = len(self.answered)
        self._publish(self.people[0], 1)
        assert len(self.answered) == answered + 1 and (self.product.data_dir / "crash").exists()
        self.all_at_once()

    def all_at_once(self, most=MOST):
        """So many calls of each, one after another, or until they are not answered any more."""
        with ThreadPoolExecutor(PUBLISHERS) as threads:
            list(threads.map(self._publish, self.people, [most] * PUBLISHERS))

    def repeat(self):
        """Every call once more, answered or not, and the id that it is answered now."""
        with self.product.client(self.token) as client:
            return {text: self._say(client, text) for text in self.said}

    def _publish(self, person, most):
        with self.product.client(self.token) as client:
            for _ in range(most):
                self.said[text := f"{person} {next(self._numbers)}"] = person
                try:
                    self.answered[text] = self._say(client, text)
                except httpx.TransportError:
                    return

    def _say(self, client, text):
        answer = client.post("notifications/", json=body(self.said[text], text), headers={"Idempotency-Key": text})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]


@pytest.mark.parametrize(("point", "stored_groups"), [("joined.before_commit", 0), ("joined.after_commit", 1)])
def test_a_crash_of_a_shared_transaction_loses_nothing_answered_and_a_repeat_stores_each_once(
    crashing, point, stored_groups
):
    publishers = Publishers(crashing)
    publishers.all_at_once(5)
    earlier = set(publishers.said)
    assert earlier == publishers.answered.keys()
    crash_at(crashing, point, publishers.one_then_all)
    unanswered = publishers.said.keys() - publishers.answered.keys()
    assert publishers.answered.keys() <= {text for (text,) in ask(crashing, STORED)}
    together = stored_together(crashing, publishers.said.keys() - earlier)
    assert len(together) == stored_groups
    assert len(unanswered) > 1 and unanswered.issuperset(chain.from_iterable(together))
    answers = publishers.repeat()
    assert publishers.answered.items() <= answers.items()
    assert publishers.repeat() == answers
    assert sorted(in_centres(crashing, publishers.people)) == sorted(answers.values())
    assert audit(crashing) == []


def stored_together(product, keys):
    """The calls that came in company: a transaction keeps its keys with one moment. The first such is to die."""
    moments = defaultdict(list)
    for moment, key in ask(product, KEPT):
        if key in keys:
            moments[moment].append(key)
    return [group for group in moments.values() if len(group) > 1]


def in_centres(product, people):
    """The id of each notification, as often as it lies there."""
    for person in people:
        with product.user_api(person) as client:
            yield from (item["id"] for item in client.get("inbox/", params={"limit": 200}).json()["results"])
