"""What the tests of changes on their way out share: a mail server, a push service, two people and a provider."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from accounts import vapid
from accounts.models import Device, User
from channels_app.delivery import versions
from channels_app.delivery.deliver import Deliveries
from notifcenter.channel import all_channels
from notifcenter.models import Notification, Provider
from notifcenter.operation import audit
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.publish import publish
from tests.fakes.push import PushService
from tests.fakes.smtp import SmtpServer


@pytest.fixture(autouse=True)
def post(smtp: SmtpServer, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Mail goes to the test's own server, and what changed is seen at once; in the end the data is sound."""
    settings.EMAIL_BACKEND = "channels_app.mail.smtp_backend.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp.port
    settings.PUSH_ALLOW_INSECURE_ENDPOINTS = True
    monkeypatch.setattr(versions, "FRESH_SECONDS", 0)
    yield
    assert list(audit.breaches(now=timezone.now())) == []


@pytest.fixture
def provider() -> Provider:
    """Who publishes."""
    return Provider.objects.create(code="phones", name="Phones")


@pytest.fixture
def people() -> list[User]:
    """Two readers."""
    return [
        User.objects.create(username=name, email=f"{name}@example.com", language="en") for name in ("anna", "boris")
    ]


@pytest.fixture
def tell(provider: Provider, people: list[User]) -> Callable[..., Notification]:
    """Publishes to both under the key ``deal``, as if they were named by their names."""

    def publish_it(text: str, *, now: Any = None, kind: str = "message", **fields: Any) -> Notification:
        names = {"named": [person.username for person in people], "key": "deal"} | fields
        everybody = {person.pk: True for person in people}
        return publish([Publication(provider, kind, text, everybody, **names)], now=now or timezone.now())[0]

    return publish_it


@pytest.fixture
def service() -> Iterator[PushService]:
    """A push service on this machine."""
    running = PushService(key=vapid.public_key()).start()
    yield running
    running.stop()


@pytest.fixture
def subscribe(service: PushService) -> Callable[..., Any]:
    """Registers a browser of somebody's; gives its subscription."""

    def register(person: User) -> Any:
        subscription = service.subscribe()
        values = {"channel": "browser", "transport": "webpush", "address": subscription.endpoint}
        digest = f"{Device.objects.count():064}"
        Device.objects.create(user=person, address_digest=digest, keys=subscription.keys, **values)
        return subscription

    return register


@pytest.fixture
def mails() -> Deliveries:
    """The queue of mails."""
    return _queue("email")


@pytest.fixture
def pushes() -> Deliveries:
    """The queue of the browsers' pushes."""
    return _queue("browser")


def _queue(code: str) -> Deliveries:
    return next(Deliveries(channel) for channel in all_channels() if channel.code == code)
