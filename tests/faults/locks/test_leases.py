"""The safety lines of the queue one by one; ``test_mutations.py`` takes each away and expects these to notice."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from channels_app import retention, tasks, workers
from channels_app.delivery.deliver import Deliveries
from channels_app.queue import leases
from channels_app.queue.circuit_breaker import CircuitBreaker
from notifcenter.channel import TryLater, channel_named
from notifcenter.models import Delivery, IdempotencyKey, Inbox, InboxItem, Notification, Provider, State
from notifcenter.operation import audit
from notifcenter.publishing import claims, idempotency, publish
from notifcenter.publishing.publication import Publication
from tests.notifcenter.inbox.history import settled_as

HOUR = timedelta(hours=1)
UNKNOWN = "0197aaaa-0000-7000-8000-000000000000"


def by_mail(now):
    """The queue of mail, at that time."""
    return Deliveries(channel_named("email"), clock=lambda: now)


def claimed(now):
    [row] = by_mail(now).claim()
    return row


def still_held(held, row):
    """As before each row is sent."""
    held.renew_if_late()
    return row.pk in held


def test_a_claimed_row_is_not_claimed_again(row, now):
    assert claimed(now).attempts == 1
    assert by_mail(now + timedelta(seconds=19)).claim() == []


def test_a_row_whose_worker_died_falls_due_with_its_lease(row, now):
    claimed(now)
    assert claimed(now + timedelta(seconds=21)).attempts == 2


def test_who_lost_the_lease_changes_nothing(row, now):
    first = claimed(now)
    second = claimed(now + timedelta(seconds=21))
    by_mail(now).end(first, State.FAILED, "late", now=now)
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.PENDING, "")
    by_mail(now).end(second, State.SENT, "", now=now)
    row.refresh_from_db()
    assert row.state == State.SENT


def test_a_worker_that_slept_sends_nothing_that_another_has_taken(row, now):
    first = claimed(now)
    held = leases.Held([first])
    claimed(now + timedelta(seconds=21))
    held.renewed_at -= timedelta(seconds=60)
    assert not still_held(held, first)


def test_a_worker_that_slept_before_it_took_the_row_in_hand_sends_nothing_either(row, now):
    Delivery.objects.update(due_at=now - HOUR)
    first = claimed(now - timedelta(seconds=21))
    claimed(now)
    assert not still_held(leases.Held([first]), first)


def test_a_worker_that_slept_keeps_what_nobody_took(row, now):
    held = leases.Held([claimed(now)])
    held.renewed_at -= timedelta(seconds=60)
    assert still_held(held, row)
    assert by_mail(now + timedelta(seconds=19)).claim() == []


@pytest.mark.parametrize("state", ["fresh", "claimed", "retried"])
def test_a_clock_set_back_an_hour_leaves_nothing_stuck(row, now, state):
    if state != "fresh":
        taken = claimed(now)
    if state == "retried":
        by_mail(now).record(taken, TryLater("later"), now=now)
    workers.release_future(now=now - HOUR)
    assert claimed(now - HOUR)


def test_what_waits_as_planned_is_not_freed(row, now):
    by_mail(now).record(claimed(now), TryLater("later", after=7200), now=now)
    assert by_mail(now).release_future(now=now) == 0
    workers.release_future(now=now)
    row.refresh_from_db()
    assert row.due_at > now + HOUR


def test_a_lease_of_a_clock_that_was_ahead_is_a_breach_until_it_is_freed(row, now):
    claimed(now + HOUR)
    assert any("held too long" in breach for breach in audit.breaches(now=now))
    workers.release_future(now=now)
    assert list(audit.breaches(now=now)) == []


def test_an_outcome_is_written_once_the_database_is_back(monkeypatch):
    failures = iter([OperationalError("away"), OperationalError("away")])
    written = []

    def write_down():
        for failure in failures:
            raise failure
        written.append(True)

    leases.through_outages(write_down)
    assert written == [True]


def test_a_host_that_is_down_is_asked_again_after_a_pause():
    breaker = CircuitBreaker()
    for _ in range(5):
        breaker.note("mail", TryLater("down", host="mail"))
    assert timedelta(0) < breaker.rest("mail") <= timedelta(seconds=15)
    assert not breaker.admit("mail")


def test_a_notification_lies_in_a_centre_once(row):
    item = InboxItem.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        InboxItem.objects.create(
            user=item.user, notification=item.notification, provider=item.provider, position=item.position + 1
        )


def test_a_delivery_is_planned_once(row):
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def publish_under_key(now, response, key="k"):
    """Publish under an idempotency key of the provider ``twice``."""
    provider, _new = Provider.objects.get_or_create(code="twice", defaults={"name": "Twice"})
    record = idempotency.record(provider, key, {}, response)
    return publish.accept([Publication(provider, "message", "x", {})], lambda _published: record, now=now)


@pytest.mark.django_db
def test_of_two_with_one_key_the_second_replays(now):
    publish_under_key(now, {"id": 1})
    with pytest.raises(claims.KeyConflict), transaction.atomic():
        publish_under_key(now, {"id": 2})
    provider = Provider.objects.get(code="twice")
    assert idempotency.first_response(provider, "k", {}, now=now) == {"id": 1}
    assert Notification.objects.filter(provider=provider).count() == 1


@pytest.mark.django_db
def test_a_key_is_free_again_after_its_time(now):
    publish_under_key(now - 24 * HOUR, {"id": 1})
    with pytest.raises(claims.KeyConflict), transaction.atomic():
        publish_under_key(now, {"id": 2})
    later = now + timedelta(seconds=1)
    publish_under_key(later, {"id": 3})
    assert idempotency.first_response(Provider.objects.get(code="twice"), "k", {}, now=later) == {"id": 3}


@pytest.mark.django_db
def test_keys_that_have_lived_their_time_are_dropped(now):
    publish_under_key(now - 24 * HOUR - timedelta(seconds=1), {"id": 1}, key="old")
    publish_under_key(now - 24 * HOUR, {"id": 2}, key="young")
    retention.clean(now=now)
    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["young"]


@pytest.mark.django_db
def test_the_sweep_finds_what_nobody_was_woken_for(row, monkeypatch):
    sent = threading.Event()
    monkeypatch.setattr(type(channel_named("email")), "send_all", lambda self, parcels: _sent(parcels, sent))
    woken = []
    monkeypatch.setattr(tasks.wakeup, "wake", woken.extend)
    tasks.sweep()
    assert woken == ["email"]
    tasks.drain(code="email")
    row.refresh_from_db()
    assert sent.is_set() and row.state == State.SENT


def _sent(parcels, sent):
    for parcel in parcels:
        sent.set()
        yield parcel, None


BREACHES = {
    "the_latest_revision_is_the_newest_change": lambda: Inbox.objects.update(revision=7),
    "cursors_have_no_gap": lambda: InboxItem.objects.update(position=0),
    "the_badge_is_what_is_unread": lambda: Inbox.objects.update(unread=5),
    "everything_accepted_has_a_place": lambda: (
        Delivery.objects.all().delete(),
        InboxItem.objects.update(settled=settled_as("")),
    ),
    "a_channel_is_settled_or_planned": lambda: InboxItem.objects.update(
        settled=settled_as("interface=always email=no_address")
    ),
    "a_delivery_is_open_or_ended": lambda: Delivery.objects.filter(channel="email").update(due_at=None),
    "a_channel_carries_each_delivery": lambda: Delivery.objects.filter(channel="email").update(channel="pigeon"),
    "no_lease_outlives_its_worker": lambda: Delivery.objects.filter(channel="email").update(
        leased_until=timezone.now() - HOUR
    ),
    "nothing_waits_past_its_expiry": lambda: Delivery.objects.filter(channel="email").update(
        expires_at=timezone.now() - HOUR, due_at=timezone.now() - HOUR
    ),
    "a_recorded_response_is_true": lambda: publish_under_key(timezone.now(), {"id": UNKNOWN}, "lie"),
}


def test_the_audit_of_sound_data_is_silent(row, now):
    assert list(audit.breaches(now=now)) == []


@pytest.mark.parametrize("invariant", BREACHES)
def test_the_audit_notices_a_breach_of(row, now, invariant):
    BREACHES[invariant]()
    found = {breach.split(":")[0] for breach in audit.breaches(now=timezone.now())}
    assert invariant in found
