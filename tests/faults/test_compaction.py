"""Compaction goes on while providers publish, after it was killed too, and nobody sees a difference."""

import json
import threading

import pytest

from tests.faults.estate import ask, audit
from tests.processes import NOTIFCENTER, PATIENCE, Process, wait_until
from tests.product import start_product
from tests.production import start_production

ITEMS = 2000
HISTORY = f"""
import json
from accounts.models import User
from django.utils import timezone
from notifcenter import providers
from notifcenter.publishing.publish import Publication, publish
from tests.notifcenter.inbox.history import as_first_edition
provider, _new = providers.save("history")
User.objects.bulk_create(User(username=f"reader-{{n}}", email=f"reader-{{n}}@example.com") for n in range(20))
people = dict(User.objects.filter(username__startswith="reader-").values_list("pk", "receive_notifications"))
publications = [Publication(provider, "message", f"Old {{n}}", people) for n in range({ITEMS} // 20)]
notifications = publish(publications, now=timezone.now())
as_first_edition(provider)
print(json.dumps([str(notification.pk) for notification in notifications[::10]]))
"""
ONE_BATCH = "from notifcenter.operation import compaction; compaction.compact_batch()"
REMAINING = "SELECT count(*) FROM notifcenter_inboxitem WHERE settled_id IS NULL"
SAID_NO = "SELECT count(*) FROM notifcenter_delivery WHERE reason IN ('always', 'no_device')"


@pytest.fixture(params=["sqlite", "postgres"])
def product(request, folders):
    folder = folders("compaction")
    if request.param == "sqlite":
        product = start_product(folder)
    else:
        database = request.getfixturevalue("postgres").migrated_database("compaction")
        product = start_production(folder, database, request.getfixturevalue("redis_server").url)
    yield product
    product.kill()


@pytest.fixture
def publishing(product):
    """Somebody who publishes all the time; gives the texts of what was accepted so far."""
    ended, accepted, refused = threading.Event(), [], []
    person = product.new_person()

    def publish():
        with product.provider_api() as provider:
            while not ended.is_set():
                text = f"New {len(accepted)}"
                body = {"kind": "message", "recipients": [person], "text": text}
                answer = provider.post("notifications/", json=body)
                (accepted if answer.status_code == 201 else refused).append(text)

    thread = threading.Thread(target=publish)
    thread.start()
    yield accepted
    ended.set()
    thread.join()
    assert refused == []


def test_killed_in_the_middle_and_begun_again_it_changes_nothing_that_is_shown(product, publishing):
    notifications = json.loads(product.manage("shell", "-v0", "-c", HISTORY))
    before = receipts(product, notifications)
    accept_some(publishing)
    product.manage("shell", "-v0", "-c", ONE_BATCH)
    kill_within_a_batch(product)
    [(remaining,)] = ask(product, REMAINING)
    assert 0 < remaining < ITEMS
    assert receipts(product, notifications) == before
    accept_some(publishing)
    assert product.manage("compact_deliveries") == "0 inbox items are left to compact\n"
    accept_some(publishing)
    assert ask(product, SAID_NO) == [(0,)]
    assert receipts(product, notifications) == before
    assert audit(product) == []


def accept_some(publishing):
    """Publishing goes on now."""
    so_far = len(publishing)
    wait_until(lambda: len(publishing) > so_far + 3, PATIENCE, "accepted publications")


def kill_within_a_batch(product):
    crash = product.data_dir / "crash-compaction"
    crash.write_text("compaction.before_commit")
    log = product.data_dir / "compaction.log"
    process = Process([NOTIFCENTER, "compact_deliveries"], log, **product.env | {"CRASH_FILE": str(crash)})
    wait_until(lambda: not process.running(), PATIENCE * 2, "death within a batch")
    assert not crash.exists(), process.output


def receipts(product, notifications):
    """The counts and the list of each of these notifications, but for how far its mails are."""
    with product.client(product.new_provider_token("history")) as provider:
        return [shown(provider, pk) for pk in notifications]


def shown(provider, pk):
    counts = provider.get(f"notifications/{pk}/").raise_for_status().json()["deliveries"]
    listed = provider.get(f"notifications/{pk}/deliveries/", params={"limit": 200}).raise_for_status().json()["results"]
    return {code: counts[code] for code in counts if code != "email"}, [
        row if row["channel"] != "email" else row["user"] for row in listed
    ]
