"""What becomes of what waited: what fell due meanwhile may have gone out and ends, what is due later goes on."""

import json

import pytest

from tests.faults.estate import audit

FILL = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import ChannelPreference, DigestSchedule, User
from notifcenter import providers
from notifcenter.models import Delivery, Notification, Webhook, WebhookCall
from notifcenter.publishing import fanout
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.publish import publish
now, hour = timezone.now(), timedelta(hours=1)
anna = User.objects.create(username="anna", email="anna@example.com", language="ru")
provider, daily = providers.save("called")[0], providers.save("daily")[0]
hook = Webhook.objects.create(provider=provider, url="https://hook.invalid/", secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZI")
for body, due_at in ("due", now), ("later", now + hour):
    WebhookCall.objects.create(webhook=hook, body=body, due_at=due_at, expires_at=now + 24 * hour)
ChannelPreference.objects.create(user=anna, provider=daily, email_mode="daily")
DigestSchedule.objects.create(user=anna, window_start=now - 64 * hour, next_due_at=now - 40 * hour)
def put(provider, text, at=now, **values):
    publish([Publication(provider, "message", text, {anna.pk: True})], now=at)
    Delivery.objects.filter(notification__text=text, channel="email").update(**values)
put(provider, "due", attempts=1)
put(provider, "later", due_at=now + hour)
put(provider, "in hand", due_at=now + timedelta(seconds=80), leased_until=now + timedelta(seconds=80))
put(daily, "two days ago", at=now - 45 * hour, attempts=0)
put(daily, "just now", at=now, attempts=0)
chunk = Notification.objects.create(provider=provider, kind="message", text="chunk", created_at=now)
fanout.enqueue([(chunk, [anna.pk])], now=now)
"""
SEE = """
import json
from django.utils import timezone
from accounts.models import DigestSchedule
from channels_app.models import DigestMail
from notifcenter.models import Delivery, FanoutPart, WebhookCall
mails = Delivery.objects.filter(channel="email").values_list("notification__text", "state", "reason")
schedule = DigestSchedule.objects.get()
print(json.dumps({
    "mails": {text: [state, why] for text, state, why in mails},
    "events": list(Delivery.objects.filter(events__what="skipped").values_list("notification__text", flat=True)),
    "calls": [list(row) for row in WebhookCall.objects.order_by("created_at").values_list("body", "state", "reason")],
    "digests": list(DigestMail.objects.values_list("state", flat=True)),
    "next": schedule.next_due_at > timezone.now(),
    "mailed": schedule.mailed_at == schedule.window_start,
    "chunks": FanoutPart.objects.count(),
}))
"""
SKIPPED = ["skipped", "restored"]


@pytest.fixture
def source(make, database, file):
    """An installation in which something of every kind waits, and its backup."""
    made = make(database, tables=True)
    made.shell(FILL)
    made.do("backup", str(file))
    return made


@pytest.fixture
def restored(make, database, source, file):
    target = make(database)
    target.do("restore", str(file))
    return target


def seen(installation):
    return json.loads(installation.shell(SEE))


def test_what_fell_due_ends_unsent_and_what_is_due_later_goes_on(restored):
    now = seen(restored)
    assert now["mails"] == {
        "due": SKIPPED,
        "later": ["pending", ""],
        "in hand": SKIPPED,
        "chunk": SKIPPED,
        "two days ago": SKIPPED,
        "just now": ["digest", "daily"],
    }
    assert now["chunks"] == 0
    assert sorted(now["events"]) == ["chunk", "due", "in hand"]
    due, later, *ends = now["calls"]
    assert (due, later) == (["due", *SKIPPED], ["later", "pending", ""])
    assert {(json.loads(body)["type"], state) for body, state, _why in ends} == {("delivery.skipped", "pending")}
    assert len(ends) == 3
    assert audit(restored) == []


def test_a_day_whose_digest_has_passed_is_not_mailed_again(restored):
    now = seen(restored)
    assert set(now["digests"]) == {"skipped"}
    assert now["next"]
    assert now["mailed"]


def test_with_resume_everything_waits_as_before(make, database, source, file):
    target = make(database)
    target.do("restore", str(file), "--resume")
    assert seen(target) == seen(source)
    assert seen(target)["mails"]["due"] == ["pending", ""]


@pytest.mark.parametrize("database", ["SQLite"], indirect=True)
def test_the_person_reads_why_in_their_language(restored, start_product):
    find = "from notifcenter.models import Notification; print(Notification.objects.get(text='due').pk)"
    due = restored.shell(find).strip()
    product = start_product(data_dir=restored.data_dir, demo=False)
    with product.user_api("anna") as api, product.host_api() as host:
        assert "восстановлен" in _reason(api, due)
        host.put("users/anna/", json={"language": "en"})
        assert "restored from a backup" in _reason(api, due)


def _reason(api, pk):
    rows = api.get(f"inbox/{pk}/deliveries/").json()
    [row] = [row for row in rows.get("results", rows) if row["channel"] == "email"]
    assert row["state"] == "skipped"
    return row["reason"]
