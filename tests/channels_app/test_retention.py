"""Old notifications are dropped where a setting says so; the newest 200 of a centre stay."""

import pytest

from tests.faults.estate import ask
from tests.processes import NOTIFCENTER, PATIENCE, Process, wait_until

PUBLISHED = "SELECT count(*) FROM notifcenter_notification WHERE header IN ('old', 'new')"
AGE = """
from datetime import timedelta
from django.db.models import F
from django.utils import timezone
from channels_app import retention
from notifcenter.models import Notification
Notification.objects.filter(header="old").update(created_at=F("created_at") - timedelta(days=40))
retention.clean(now=timezone.now())
print(Notification.objects.filter(header="old").count())
"""


@pytest.fixture
def filled(start_product):
    """Starts a product and fills somebody's centre: 300 old, the first of them read, and 5 new."""

    def fill(**env):
        product = start_product(**env)
        person = product.new_person()
        with product.provider_api() as provider, product.user_api(person) as centre:
            for header, number in (("old", 300), ("new", 5)):
                body = [{"kind": "message", "recipients": [person], "text": "x", "header": header}] * number
                ids = provider.post("notifications/batch/", json=body).json()
                if header == "old":
                    first = ids[0]
                    centre.post("inbox/read/", json={"ids": ids[:10]})
        return product, person, first

    return fill


def test_the_newest_stay_and_the_badge_is_right(filled):
    product, person, first = filled(RETENTION_DAYS="30")
    assert int(product.manage("shell", "-v", "0", "-c", AGE)) == 200 - 5 - 1
    with product.user_api(person) as centre, product.provider_api() as provider:
        assert centre.get("inbox/summary/").json() == {"unread": 199}
        assert len(centre.get("inbox/?limit=200").json()["results"]) == 199
        assert provider.get(f"notifications/{first}/").status_code == 404
    with product.live(person, cursor=0) as page:
        assert page.next("hello")["unread"] == 199
        assert page.next("reset")["unread"] == 199
    assert product.manage("audit") == ""


def test_what_is_pinned_stays_however_old(filled):
    product, person, first = filled(RETENTION_DAYS="30")
    with product.user_api(person) as centre:
        centre.post("inbox/pin/", json={"ids": [first]}).raise_for_status()
        assert int(product.manage("shell", "-v", "0", "-c", AGE)) == 200 - 5 - 2 + 1
        assert centre.get("inbox/").json()["results"][0]["id"] == first
    assert product.manage("audit") == ""


def test_without_the_setting_everything_stays(filled):
    product, person, first = filled()
    assert int(product.manage("shell", "-v", "0", "-c", AGE)) == 300
    with product.user_api(person) as centre, product.provider_api() as provider:
        assert centre.get("inbox/summary/").json() == {"unread": 295}
        assert provider.get(f"notifications/{first}/").status_code == 200


def test_killed_in_the_middle_it_leaves_nothing_that_erasing_the_person_would_miss(filled):
    product, person, _first = filled(RETENTION_DAYS="30")
    crash = product.data_dir / "crash-retention"
    crash.write_text("retention.after_batch")
    environ = product.env | {"CRASH_FILE": str(crash)}
    cleaning = Process([NOTIFCENTER, "shell", "-v0", "-c", AGE], product.data_dir / "retention.log", **environ)
    wait_until(lambda: not cleaning.running(), PATIENCE * 2, "death between two batches")
    assert not crash.exists(), cleaning.output
    product.manage("erase", person)
    assert ask(product, PUBLISHED) == [(0,)]
