"""Behind 10,000 others an urgent notification waits for no more than the batch in hand, by each channel."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts import vapid
from accounts.models import Device, User
from channels_app.delivery.deliver import Deliveries
from channels_app.queue.queue import Queue
from channels_app.webhooks import Webhooks
from notifcenter.channel import channel_named
from notifcenter.models import Delivery, Provider, Webhook, WebhookCall
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.publish import publish
from tests.fakes.fcm import Fcm
from tests.fakes.push import PushService
from tests.fakes.receiver import Receiver
from tests.fakes.smtp import SmtpServer
from tests.processes import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, MANY = 5000, 10_000
URGENT = "it burns"


@pytest.fixture
def fcm(settings: Any, tmp_path: Path) -> Iterator[Fcm]:
    """Google's service."""
    service = Fcm().start()
    settings.FCM_API_URL = service.url
    settings.FCM_CREDENTIALS = str(service.write_credentials(tmp_path / "account.json"))
    yield service
    service.stop()


@pytest.fixture
def service(settings: Any) -> Iterator[PushService]:
    """A browser maker's push service."""
    settings.PUSH_ALLOW_INSECURE_ENDPOINTS = True
    running = PushService(key=vapid.public_key()).start()
    yield running
    running.stop()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """The provider's server."""
    running = Receiver().start()
    yield running
    running.stop()


@pytest.fixture
def provider(receiver: Receiver) -> Provider:
    """Who publishes, and is told."""
    phones = Provider.objects.create(code="phones", name="Phones", critical=True)
    Webhook.objects.create(provider=phones, url=receiver.url, secret="whsec_AAAA")
    return phones


@pytest.fixture
def people(service: PushService, smtp: SmtpServer, settings: Any) -> list[User]:
    """Each with an address, a browser and a telephone."""
    settings.EMAIL_BACKEND = "channels_app.mail.smtp_backend.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp.port
    named = [User(username=f"p{n}", username_key=f"p{n}", email=f"p{n}@example.com") for n in range(PEOPLE)]
    users = User.objects.bulk_create(named)
    subscriptions = [service.subscribe() for _user in users]
    Device.objects.bulk_create(
        Device(
            user=user, channel="browser", transport="webpush", address=one.endpoint, keys=one.keys,
            address_digest=f"b{user.pk:063}",
        )
        for user, one in zip(users, subscriptions, strict=True)
    )  # fmt: skip
    Device.objects.bulk_create(
        Device(user=user, channel="mobile", transport="fcm", address=f"t:{user.pk}", address_digest=f"m{user.pk:063}")
        for user in users
    )
    return users


@pytest.fixture
def arrived(smtp: SmtpServer, service: PushService, fcm: Fcm, receiver: Receiver) -> dict[str, Callable[[], list[str]]]:
    """By queue: what has arrived, as texts."""
    return {
        "email": lambda: [str(mail.message["Subject"]) for mail in smtp.received],
        "browser": lambda: [str(push.payload) for each in service.pushes.values() for push in each],
        "mobile": lambda: [str(message) for each in fcm.messages.values() for message in each],
        "webhook": lambda: [call.body.decode() for call in receiver.calls],
    }


def test_an_urgent_one_waits_for_no_more_than_the_batch_in_hand(
    provider: Provider, people: list[User], arrived: dict[str, Callable[[], list[str]]]
) -> None:
    to = {person.pk: True for person in people}
    for _half in range(MANY // PEOPLE):
        publish([Publication(provider, "message", "x", to, header="one of many")], now=timezone.now())
    calls = (WebhookCall(webhook=provider.webhook, body="{}", due_at=timezone.now()) for _number in range(MANY))
    WebhookCall.objects.bulk_create(calls)
    queues: list[Queue] = [Deliveries(channel) for code in arrived if (channel := channel_named(code))]
    in_hand = [queue.claim() for queue in queues]
    began = time.monotonic()
    urgent = Publication(provider, "error", "x", {people[-1].pk: True}, URGENT, {"priority": "critical"})
    [notification] = publish([urgent], now=timezone.now())
    for queue, rows in zip(queues, in_hand, strict=True):
        assert Delivery.objects.filter(channel=queue.code, state="pending").count() == MANY + 1
        assert_next(queue, rows, arrived[queue.code], URGENT)
    assert_next(Webhooks(), [], arrived["webhook"], str(notification.pk))
    assert time.monotonic() - began < PATIENCE


def assert_next(queue: Queue, in_hand: list[Any], arrived: Callable[[], list[str]], words: str) -> None:
    """Once the batch in hand is out, the next has it."""
    queue.deliver(in_hand)
    assert not any(words in one for one in arrived())
    queue.deliver(queue.claim())
    assert any(words in one for one in arrived())
    assert len(arrived()) <= 2 * queue.batch
