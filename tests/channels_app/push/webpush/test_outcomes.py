"""What becomes of a push by the answer of its service."""

import socket

import pytest

from accounts.models import Device
from notifcenter.channel import Gone, Refused, TryLater
from tests.channels_app.push.webpush.sending import device, message, send
from tests.fakes.push import Answer, Subscription

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 206])
def test_sent_is_sent(service, anna, status: int) -> None:
    subscription = service.subscribe()
    device(anna, subscription)
    service.answer(subscription, Answer(status))
    assert send(anna, message()) == [None]


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten(service, anna, status: int) -> None:
    subscription = service.subscribe()
    device(anna, subscription)
    service.answer(subscription, Answer(status))
    [outcome] = send(anna, message())
    assert isinstance(outcome, Gone)
    assert not Device.objects.exists()


@pytest.mark.parametrize("status", [400, 401, 403, 409])
def test_a_refusal_keeps_the_device_and_the_reason(service, anna, status: int) -> None:
    subscription = service.subscribe()
    kept = device(anna, subscription)
    service.answer(subscription, Answer(status, body=b'{"reason": "BadJwtToken"}'))
    [outcome] = send(anna, message())
    assert isinstance(outcome, Refused)
    assert f"HTTP {status}" in str(outcome)
    kept.refresh_from_db()
    assert "BadJwtToken" in kept.last_error


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_busy_service_is_asked_again_when_it_says(service, anna, status: int) -> None:
    subscription = service.subscribe()
    device(anna, subscription)
    service.answer(subscription, Answer(status, {"Retry-After": "7"}), Answer(status))
    first, second = send(anna, message(1)), send(anna, message(2))
    assert isinstance(first[0], TryLater)
    assert first[0].after == 7
    assert second[0].after is None
    assert bool(first[0].host) == (status != 429)


def test_a_redirect_is_not_followed(service, anna) -> None:
    subscription, other = service.subscribe(), service.subscribe()
    device(anna, subscription)
    for status in (301, 302, 307, 308):
        service.answer(subscription, Answer(status, {"Location": other.endpoint}))
        [outcome] = send(anna, message())
        assert isinstance(outcome, Refused)
    assert service.of(other) == []
    assert len(service.requests) == 4


def test_a_dropped_connection_is_tried_again(service, anna) -> None:
    subscription = service.subscribe()
    device(anna, subscription)
    service.answer(subscription, Answer(misbehave="drop"))
    [outcome] = send(anna, message())
    assert isinstance(outcome, TryLater)
    assert outcome.host == service.url


def test_nobody_listening_is_tried_again(service, anna) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    device(anna, Subscription(f"http://127.0.0.1:{port}/x"))
    [outcome] = send(anna, message())
    assert isinstance(outcome, TryLater)
    assert outcome.host == f"http://127.0.0.1:{port}"


def test_one_bad_device_does_not_spoil_the_batch(service, anna) -> None:
    subscriptions = [service.subscribe() for _ in range(20)]
    for number, subscription in enumerate(subscriptions):
        device(anna, subscription, number)
    Device.objects.filter(address=subscriptions[3].endpoint).update(keys={"p256dh": "A", "auth": "B"})
    outcomes = send(anna, message())
    assert [type(outcome) for outcome in outcomes].count(Refused) == 1
    assert outcomes.count(None) == 19
