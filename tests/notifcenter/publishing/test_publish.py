"""publish(): any number of recipients and notifications, written at once or in any number of chunks."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Device, User
from channels_app import tasks
from notifcenter import request_id
from notifcenter.inbox.receipts import Receipts
from notifcenter.models import Delivery, FanoutPart, Inbox, InboxItem, Notification, Priority, Provider
from notifcenter.operation import audit
from notifcenter.publishing import fanout, publish
from notifcenter.publishing.publication import Publication
from notifcenter.signals import published

CHANNELS = ["browser", "email", "interface", "mobile"]


@pytest.fixture
def provider(db):
    return Provider.objects.create(code="chunks", name="Chunks")


@pytest.fixture
def people(db):
    made = User.objects.bulk_create(User(username=f"reader-{n}", email=f"reader-{n}@example.com") for n in range(10))
    return [user.pk for user in made]


@pytest.fixture(params=["at once", 1, 4, 1000])
def publish_all(request, monkeypatch):
    """Publishes, all of it at once or in chunks of that size."""
    if request.param != "at once":
        monkeypatch.setattr(fanout, "PLACED_AT_ONCE_MAX", 0)
        monkeypatch.setattr(fanout, "CHUNK_ENTRIES", request.param)

    def publish_and_place(publications):
        publish.publish(publications, now=timezone.now())
        place_all()

    return publish_and_place


@pytest.fixture
def announced():
    """What is announced to the open pages: [(notification's text, placed item)]."""
    items = []

    def collect(stored, **_more):
        items.extend((entry.notification.text, item) for entry in stored for item in entry.items)

    published.connect(collect)
    yield items
    published.disconnect(collect)


def place_all():
    while chunks := fanout.waiting(3):
        assert all(fanout.place(pk, now=timezone.now()) for pk in chunks)


def to_all(provider, people, text="x"):
    switches = User.objects.filter(pk__in=people).values_list("pk", "receive_notifications")
    return Publication(provider, "call", text, dict(switches))


def test_everybody_gets_everything_in_order_whatever_the_chunks(publish_all, announced, provider, people):
    User.objects.filter(pk__in=people[::2]).update(receive_notifications=False)
    to = [people, people[3:7], people[5:]]
    publish_all([to_all(provider, users, f"n{n}") for n, users in enumerate(to)])
    for user in people:
        items = InboxItem.objects.filter(user=user).order_by("position").select_related("notification")
        texts = [f"n{n}" for n, users in enumerate(to) if user in users]
        assert [(item.position, item.notification.text) for item in items] == list(enumerate(texts, 1))
        inbox = Inbox.objects.get(user=user)
        assert (inbox.revision, inbox.unread) == (len(texts), len(texts))
        announced_here = [(text, item.position, item.unread) for text, item in announced if item.user == user]
        assert announced_here == [(text, n, n) for n, text in enumerate(texts, 1)]
        assert {item.silent for item in items} == {user in people[::2]}
    assert list(audit.breaches(now=timezone.now())) == []


def test_every_channel_is_planned_for_everybody_with_its_reason(publish_all, provider, people):
    phone = Device.objects.create(user_id=people[0], channel="mobile", transport="webpush", address="x")
    publish_all([to_all(provider, people)])
    [notification] = Notification.objects.filter(provider=provider)
    for user in people:
        rows = [receipt.delivery for receipt in Receipts(notification.pk, user).page(limit=10)]
        assert sorted(row.channel for row in rows) == CHANNELS
        states = {row.channel: (row.state, row.reason, row.device) for row in rows}
        mobile = ("pending", "", phone.pk) if user == people[0] else ("skipped", "no_device", 0)
        assert states["mobile"] == mobile
        assert states["email"] == ("pending", "", 0)
        assert states["browser"] == ("skipped", "no_device", 0)
        assert states["interface"] == ("sent", "always", 0)
        assert all((row.due_at is None) == (row.state != "pending") for row in rows)
        assert all(row.priority == Priority.HIGH and row.created_at for row in rows)
    assert {row.state for row in Delivery.objects.all()} == {"pending"}


def test_a_publication_for_nobody_is_stored_all_the_same(provider):
    publish.publish([Publication(provider, "message", "x", {})], now=timezone.now())
    assert Notification.objects.get(provider=provider).text == "x"


def test_what_is_written_reads_back_as_it_was(provider, people):
    details = {"from": "Ivan «Ы» 😀", "element": {"id": 41, "type": "contact", "name": 'a"b\\c'}, "duration": 0}
    words = ("100 % 'quoted' %(now)s", "line\nand\ttab")
    now = timezone.now()
    publication = Publication(provider, "call", words[1], {people[0]: False}, words[0], details)
    publish.publish([publication], now=now)
    row = Notification.objects.get(provider=provider)
    assert (row.header, row.text, row.details, row.created_at) == (*words, details, now)
    assert InboxItem.objects.get(user=people[0]).silent is True


def test_each_of_those_that_are_stored_together_has_its_own_request_id(provider):
    made = []
    for name in ("first", "second"):
        with request_id.following(name):
            made.append(Publication(provider, "message", name, {}))
    publish.publish(made, now=timezone.now())
    assert dict(Notification.objects.values_list("text", "request_id")) == {"first": "first", "second": "second"}


class TestFanOut:
    @pytest.fixture(autouse=True)
    def in_chunks(self, monkeypatch):
        monkeypatch.setattr(fanout, "PLACED_AT_ONCE_MAX", 9)
        monkeypatch.setattr(fanout, "CHUNK_ENTRIES", 4)

    def publish(self, *publications):
        return publish.publish(publications, now=timezone.now())

    def test_to_few_nothing_waits(self, provider, people):
        self.publish(to_all(provider, people[:9]))
        assert fanout.waiting(10) == []
        assert InboxItem.objects.count() == 9

    def test_to_many_the_notification_is_there_and_the_rest_waits(self, provider, people):
        self.publish(to_all(provider, people))
        assert Notification.objects.filter(provider=provider).count() == 1
        assert (len(fanout.waiting(10)), InboxItem.objects.count()) == (3, 0)
        assert fanout.remaining_recipients(Notification.objects.get(provider=provider)) == len(people)
        assert list(audit.breaches(now=timezone.now())) == []

    def test_what_waits_too_long_is_a_breach(self, provider, people):
        self.publish(to_all(provider, people))
        FanoutPart.objects.update(created_at=timezone.now() - audit.FANOUT_MAX * 2)
        assert len([breach for breach in audit.breaches(now=timezone.now()) if "not placed" in breach]) == 3

    def test_staff_sees_how_many_are_not_reached_yet(self, admin_client, provider, people):
        [call] = self.publish(to_all(provider, people))
        fanout.place(fanout.waiting(1)[0], now=timezone.now())
        page = admin_client.get(f"/admin/notifcenter/notification/{call.pk}/change/").content.decode()
        assert re.search(r"до которых ещё не дошло:.*?>6<", page, re.DOTALL)

    def test_calls_are_placed_first(self, provider, people):
        self.publish(Publication(provider, "message", "later", dict.fromkeys(people, True)))
        self.publish(to_all(provider, people, "first"))
        place_all()
        items = InboxItem.objects.filter(user=people[0]).order_by("position")
        assert [item.notification.text for item in items] == ["first", "later"]

    def test_a_chunk_is_placed_once(self, provider, people):
        self.publish(to_all(provider, people))
        first, *_rest = fanout.waiting(10)
        assert [fanout.place(first, now=timezone.now()) for _ in range(2)] == [True, False]

    def test_who_is_gone_by_then_is_left_out_and_who_switched_off_is_not_disturbed(self, provider, people):
        self.publish(to_all(provider, people))
        User.objects.get(pk=people[0]).delete()
        User.objects.filter(pk=people[1]).update(receive_notifications=False)
        place_all()
        assert set(InboxItem.objects.values_list("user", flat=True)) == set(people[1:])
        assert InboxItem.objects.get(user=people[1]).silent
        assert list(audit.breaches(now=timezone.now())) == []

    def test_a_call_that_is_placed_late_is_no_longer_pushed_late(self, provider, people):
        Device.objects.create(user_id=people[0], channel="mobile", transport="webpush", address="x")
        [call] = self.publish(to_all(provider, people))
        for pk in fanout.waiting(10):
            fanout.place(pk, now=timezone.now() + timedelta(hours=1))
        pushed = Delivery.objects.get(user=people[0], channel="mobile")
        assert pushed.expires_at == call.created_at + timedelta(seconds=60)

    def test_a_chunk_that_cannot_be_placed_holds_up_no_other(self, provider, people):
        self.publish(to_all(provider, people))
        broken, *_others = fanout.waiting(10)
        FanoutPart.objects.filter(pk=broken).update(entries="nonsense")
        tasks.drain(code="fanout")
        assert fanout.waiting(10) == [broken]
        assert InboxItem.objects.count() == 6
