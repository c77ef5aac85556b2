"""What waits for a channel that is gone ends by itself."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from channels_app import metrics
from channels_app.delivery.no_channel import NoChannel
from channels_app.digest.queue import Digests
from channels_app.models import DigestMail
from notifcenter import providers
from notifcenter.models import Delivery, Provider, WebhookCall
from notifcenter.operation import audit
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.publish import publish

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def row(now):
    """A mail of a minute ago that is now one by pigeon, and is due in an hour."""
    provider = Provider.objects.create(code="pigeons", name="Pigeons")
    anna = User.objects.create(username="anna", email="anna@example.com")
    publish([Publication(provider, "message", "x", {anna.pk: True})], now=now - MINUTE)
    Delivery.objects.filter(channel="email").update(channel="pigeon", due_at=now + 60 * MINUTE)
    return Delivery.objects.get(channel="pigeon")


def outcome(row):
    row.refresh_from_db()
    return row.state, row.reason, row.due_at


def at(moment):
    return NoChannel(clock=lambda: moment)


@pytest.mark.parametrize("state", ["pending", "digest"])
def test_it_ends_as_failed_whether_it_is_due_or_waits_for_a_digest(row, now, state):
    Delivery.objects.filter(pk=row.pk).update(state=state, due_at=None if state == "digest" else row.due_at)
    assert at(now).is_due(now=now)
    at(now).drain()
    assert outcome(row) == ("failed", "no_channel", None)
    assert row.events.get().what == "failed"
    assert list(audit.breaches(now=now)) == []
    assert not at(now).is_due(now=now)


def test_until_then_the_metrics_show_it(row, now):
    assert 'notifcenter_queue_depth{channel="no_channel"} 1.0' in metrics.everything().decode()
    at(now).drain()
    assert 'notifcenter_queue_depth{channel="no_channel"} 0.0' in metrics.everything().decode()


def test_its_provider_is_told(row, now):
    providers.set_webhook(row.notification.provider, "https://example.com/")
    at(now).drain()
    event = json.loads(WebhookCall.objects.get().body)
    assert (event["type"], event["data"]["channel"], event["data"]["reason"]) == (
        "delivery.failed",
        "pigeon",
        "no_channel",
    )


def test_what_a_worker_of_another_version_is_sending_is_left_alone(row, now):
    Delivery.objects.filter(pk=row.pk).update(leased_until=now + MINUTE)
    at(now).drain()
    assert outcome(row)[0] == "pending"
    at(now + 2 * MINUTE).drain()
    assert outcome(row)[0] == "failed"


def test_what_was_published_just_now_is_left_to_workers_that_may_know_the_channel(row, now):
    at(now - MINUTE).drain()
    assert outcome(row)[0] == "pending"


def test_other_channels_are_left_alone(row, now):
    Delivery.objects.filter(pk=row.pk).update(channel="email")
    at(now).drain()
    assert outcome(row)[0] == "pending"


def test_the_daily_mail_neither_counts_nor_ends_it(row, now):
    anna, notification = row.user, row.notification
    Delivery.objects.filter(pk=row.pk).update(state="digest", due_at=None)
    mail = Delivery.objects.create(notification=notification, user=anna, channel="email", state="digest")
    Delivery.objects.filter(pk=mail.pk).update(created_at=row.created_at)
    DigestMail.objects.create(user=anna, window_start=now - 60 * MINUTE, window_end=now, due_at=now)
    Digests(clock=lambda: now).drain()
    assert outcome(mail)[:2] == ("sent", "digested")
    assert outcome(row)[0] == "digest"


def test_the_daily_mail_counts_each_notification_once(row, now, mailoutbox):
    test_the_daily_mail_neither_counts_nor_ends_it(row, now)
    assert [mail.subject for mail in mailoutbox] == ["1 непрочитанное уведомление"]
