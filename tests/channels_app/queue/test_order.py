"""The order of a queue: the most urgent first, also while a batch is on its way, and nobody waits for ever."""

import pytest
from django.utils import timezone

from accounts.models import User
from channels_app.delivery.deliver import Deliveries
from channels_app.queue import batch
from notifcenter.channel import channel_named
from notifcenter.models import Delivery, Provider
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.publish import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(monkeypatch):
    """The queue of mail, which looks before each mail whether it has to give way."""
    monkeypatch.setattr(batch, "LOOK_SECONDS", 0)
    return Deliveries(channel_named("email"))


@pytest.fixture
def add(db):
    """Publishes one; its header names it."""
    provider = Provider.objects.create(code="queue", name="Queue", critical=True)
    reader = User.objects.create(username="reader", email="reader@example.com")

    def publish_one(header: str, kind: str = "message", **details: str) -> None:
        one = Publication(provider, kind, "x", {reader.pk: True}, header, details)
        publish([one], now=timezone.now())

    return publish_one


def sent(mailoutbox) -> list[str]:
    return [mail.subject for mail in mailoutbox]


def test_the_most_urgent_goes_first_and_then_the_oldest(queue, add, mailoutbox):
    add("low", priority="low")
    add("first")
    add("second")
    add("a call", "call")
    add("high", priority="high")
    add("critical", priority="critical")
    queue.drain()
    assert sent(mailoutbox) == ["critical", "a call", "high", "first", "second", "low"]


def test_a_call_that_is_said_to_be_normal_waits_its_turn(queue, add, mailoutbox):
    add("first")
    add("a call", "call", priority="normal")
    queue.drain()
    assert sent(mailoutbox) == ["first", "a call"]


def test_a_batch_on_its_way_gives_way_and_goes_on_in_its_order(queue, add, mailoutbox, monkeypatch):
    for number in range(6):
        add(f"{number}")
    whole = type(queue.channel).send_all

    def with_an_alarm(channel, parcels):
        for count, result in enumerate(whole(channel, parcels)):
            yield result
            if count == 1 and len(mailoutbox) == 2:
                add("late")
                add("alarm", "error", priority="critical")

    monkeypatch.setattr(type(queue.channel), "send_all", with_an_alarm)
    queue.drain()
    assert sent(mailoutbox) == ["0", "1", "alarm", "2", "3", "4", "5", "late"]
    assert set(Delivery.objects.filter(channel="email").values_list("state", "attempts")) == {("sent", 1)}


def test_a_batch_gives_way_to_urgent_ones_only(queue, add, mailoutbox, monkeypatch):
    add("0", priority="low")
    add("1", priority="low")
    whole = type(queue.channel).send_all

    def with_news(channel, parcels):
        for result in whole(channel, parcels):
            yield result
            if len(mailoutbox) == 1:
                add("news")

    monkeypatch.setattr(type(queue.channel), "send_all", with_news)
    queue.drain()
    assert sent(mailoutbox) == ["0", "1", "news"]


def test_a_low_one_goes_though_urgent_ones_never_end(queue, add, mailoutbox):
    queue.batch = 1
    add("low", priority="low")
    add("normal")
    for number in range(40):
        add(f"{number}", priority="high")
    queue.drain()
    assert sent(mailoutbox).index("normal") < 10
    assert sent(mailoutbox).index("low") < 30
