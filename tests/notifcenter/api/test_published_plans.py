"""What is read for a page of a provider's list, and for its days that are over."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from notifcenter.models import InboxItem, Notification, Provider, ProviderDay
from notifcenter.operation import listing, statistics
from notifcenter.operation.listing import Listing
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.publish import publish

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)


@pytest.fixture
def provider(db):
    return Provider.objects.create(code="plans", name="Plans")


@pytest.fixture
def reader(db):
    return User.objects.create(username="reader", email="reader@example.com")


def add(provider, reader, text="x", at=NOON, **details):
    return publish([Publication(provider, "message", text, {reader.pk: True}, "", details)], now=at)[0]


def plan_of(question) -> str:
    with CaptureQueriesContext(connection) as captured:
        question()
    with connection.cursor() as cursor:
        plans = []
        for query in captured.captured_queries:
            if query["sql"].startswith("SELECT"):
                cursor.execute("EXPLAIN QUERY PLAN " + query["sql"])
                plans += [row[3] for row in cursor.fetchall()]
    return "\n".join(plans)


@pytest.mark.parametrize(
    ("given", "index"),
    [
        ({}, "notification_of_provider"),
        ({"kind": "error"}, "notification_of_provider"),
        ({"members": {"key": "k"}}, "notification_by_key"),
        ({"members": {"category": "c"}}, "notification_by_category"),
        ({"recipient": 1}, "item_provider"),
    ],
    ids=str,
)
def test_each_filter_reads_along_an_index_and_scans_no_table(provider, given, index):
    question = Listing(provider.pk, **({"members": {}} | given))
    plan = plan_of(lambda: question.page(mark=None, descending=True, limit=50))
    assert index in plan
    assert "SCAN" not in plan


def test_a_page_looks_only_so_far_and_says_where_to_go_on(provider, reader, monkeypatch):
    monkeypatch.setattr(listing, "SCANNED_MAX", 4)
    monkeypatch.setattr(listing, "SCANNED_AT_ONCE", 2)
    rare = add(provider, reader, "rare", NOON)
    for number in range(1, 10):
        add(provider, reader, "often", NOON + timedelta(minutes=number))
    question = Listing(provider.pk, {}, words=["rare"])
    assert question.page(mark=None, descending=True, limit=5) == []
    assert question.page(mark=question.stopped_at, descending=True, limit=5) == []
    following = Listing(provider.pk, {}, words=["rare"])
    assert following.page(mark=question.stopped_at, descending=True, limit=5) == [rare]
    assert following.stopped_at is None


def test_a_day_that_is_over_is_written_down_and_settles(provider, reader):
    old = add(provider, reader, at=NOON)
    now = NOON + timedelta(days=1)
    statistics.roll_up(now=now)
    assert ProviderDay.objects.get(provider=provider, date="2026-11-10").published == 1
    InboxItem.objects.filter(notification=old).update(read_at=NOON + timedelta(seconds=90))
    statistics.roll_up(now=now + timedelta(hours=1))
    answer = statistics.of(provider.pk, days=2, now=now)
    assert [(day["date"], day["published"], day["read"]) for day in answer["days"]] == [
        ("2026-11-10", 1, 1),
        ("2026-11-11", 0, 0),
    ]
    assert answer["median_seconds_until_read"] == 90
    Notification.objects.all().delete()
    assert statistics.of(provider.pk, days=2, now=now)["days"][0]["published"] == 1


def test_a_day_begins_at_midnight_of_the_installation(provider, reader, settings):
    settings.TIME_ZONE = "Asia/Vladivostok"
    timezone.get_default_timezone.cache_clear()
    try:
        add(provider, reader, at=datetime(2026, 11, 10, 15, tzinfo=UTC))
        with timezone.override("Asia/Vladivostok"):
            days = statistics.of(provider.pk, days=1, now=datetime(2026, 11, 10, 16, tzinfo=UTC))["days"]
    finally:
        timezone.get_default_timezone.cache_clear()
    assert [(day["date"], day["published"]) for day in days] == [("2026-11-11", 1)]


def test_the_median_is_of_all_that_was_read(provider, reader):
    for seconds in (5, 10, 3600):
        row = add(provider, reader, str(seconds))
        InboxItem.objects.filter(notification=row).update(read_at=NOON + timedelta(seconds=seconds))
    assert statistics.of(provider.pk, days=1, now=NOON)["median_seconds_until_read"] == 10
