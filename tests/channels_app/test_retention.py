"""Old notifications are dropped where a setting says so; the newest 200 of a centre stay."""

import pytest

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


def test_without_the_setting_everything_stays(filled):
    product, person, first = filled()
    assert int(product.manage("shell", "-v", "0", "-c", AGE)) == 300
    with product.user_api(person) as centre, product.provider_api() as provider:
        assert centre.get("inbox/summary/").json() == {"unread": 295}
        assert provider.get(f"notifications/{first}/").status_code == 200
