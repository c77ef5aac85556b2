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
CALLS_MAX = 100
STORED = "SELECT text FROM notifcenter_notification"
KEYS = "SELECT created_at, key FROM notifcenter_idempotencykey"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def crashing(request, folders):
    """Each shape of the product, with the file that names where it is to die."""
    folder = folders("crashing")
    env = {"CRASH_FILE": str(folder / "crash")}
    if request.param == "sqlite":
        product = start_product(folder, **env)
    else:
        database = request.getfixturevalue("postgres").migrated_database("crashing")
        product = start_production(folder, database, request.getfixturevalue("redis_server").url, **env)
    yield product
    product.kill()


class Publishers:
    """Each writes to a person of its own; every call has a key of its own, which is its text, too."""

    def __init__(self, product):
        self.product, self.token = product, product.provider_token
        self.people = [product.new_person() for _ in range(PUBLISHERS)]
        self.recipients, self.answered, self._numbers = {}, {}, count()

    def one_then_all(self):
        """One call alone does not die at the point, so a call that dies there is in a group; then all at once."""
        answered = len(self.answered)
        self._publish(self.people[0], 1)
        assert len(self.answered) == answered + 1 and (self.product.data_dir / "crash").exists()
        self.all_at_once()

    def all_at_once(self, most=CALLS_MAX):
        """So many calls of each publisher, one after another, or until the product does not answer any more."""
        with ThreadPoolExecutor(PUBLISHERS) as threads:
            list(threads.map(self._publish, self.people, [most] * PUBLISHERS))

    def repeat(self):
        """{text: id} of every call made once more, answered or not."""
        with self.product.client(self.token) as client:
            return {text: self._call(client, text) for text in self.recipients}

    def _publish(self, person, most):
        with self.product.client(self.token) as client:
            for _ in range(most):
                self.recipients[text := f"{person} {next(self._numbers)}"] = person
                try:
                    self.answered[text] = self._call(client, text)
                except httpx.TransportError:
                    return

    def _call(self, client, text):
        answer = client.post(
            "notifications/", json=body(self.recipients[text], text), headers={"Idempotency-Key": text}
        )
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]


@pytest.mark.parametrize(("point", "stored_groups"), [("group.before_commit", 0), ("group.after_commit", 1)])
def test_a_crash_of_a_shared_transaction_loses_nothing_answered_and_a_repeat_stores_each_once(
    crashing, point, stored_groups
):
    publishers = Publishers(crashing)
    publishers.all_at_once(5)
    earlier = set(publishers.recipients)
    assert earlier == publishers.answered.keys()
    crash_at(crashing, point, publishers.one_then_all)
    unanswered = publishers.recipients.keys() - publishers.answered.keys()
    assert publishers.answered.keys() <= {text for (text,) in ask(crashing, STORED)}
    groups = stored_groups_of(crashing, publishers.recipients.keys() - earlier)
    assert len(groups) == stored_groups
    assert len(unanswered) > 1 and unanswered.issuperset(chain.from_iterable(groups))
    answers = publishers.repeat()
    assert publishers.answered.items() <= answers.items()
    assert publishers.repeat() == answers
    assert sorted(ids_in_inboxes(crashing, publishers.people)) == sorted(answers.values())
    assert audit(crashing) == []


def stored_groups_of(product, keys):
    """The calls that shared a transaction: it writes its keys with one moment."""
    moments = defaultdict(list)
    for moment, key in ask(product, KEYS):
        if key in keys:
            moments[moment].append(key)
    return [group for group in moments.values() if len(group) > 1]


def ids_in_inboxes(product, people):
    """The id of each item in these inboxes."""
    for person in people:
        with product.user_api(person) as client:
            yield from (item["id"] for item in client.get("inbox/", params={"limit": 200}).json()["results"])
