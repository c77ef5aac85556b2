"""The wire that pushes share: slow and endless services, and addresses that lead inside."""

import socket
import threading
import time

import pytest

from notifcenter.channel import Parcel, Refused, TryLater
from tests.channels_app.push.webpush.sending import channel, device, message, send
from tests.fakes.push import Answer, Subscription

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("how", ["hang", "drip"])
def test_a_slow_service_holds_nobody_up_and_is_left_after_ten_seconds(service, anna, how: str) -> None:
    slow, quick = service.subscribe(), service.subscribe()
    device(anna, slow, 1)
    device(anna, quick, 2)
    service.answer(slow, Answer(misbehave=how))
    begun, ended = time.monotonic(), []
    addresses = channel.addresses([anna.pk])[anna.pk]
    for parcel, outcome in channel.send_all([Parcel(message(), address) for address in addresses]):
        ended.append((parcel.address.value["address"], outcome, time.monotonic() - begun))
    assert [address for address, _outcome, _after in ended] == [quick.endpoint, slow.endpoint]
    assert ended[0][1] is None
    assert isinstance(ended[1][1], TryLater)
    assert 9 < ended[1][2] < 50, "it would have hung for a minute"


def test_an_endless_answer_is_cut_off(service, anna) -> None:
    subscription = service.subscribe()
    kept = device(anna, subscription)
    service.answer(subscription, Answer(misbehave="endless"))
    [outcome] = send(anna, message())
    assert isinstance(outcome, Refused)
    kept.refresh_from_db()
    assert len(kept.last_error) <= 500
    assert service.poured < 20_000_000


def test_connections_are_kept(service, anna) -> None:
    subscription = service.subscribe()
    device(anna, subscription)
    for number in range(10):
        assert send(anna, message(number)) == [None]
    assert service.connections == 1


@pytest.mark.parametrize(
    "answers",
    [
        [("127.0.0.1", socket.AF_INET)],
        [("10.0.0.1", socket.AF_INET), ("192.168.0.1", socket.AF_INET)],
        [("::1", socket.AF_INET6)],
        [("::ffff:127.0.0.1", socket.AF_INET6), ("127.0.0.1", socket.AF_INET)],
        [("169.254.169.254", socket.AF_INET)],
    ],
)
def test_a_name_that_leads_into_a_private_network_is_not_called(settings, monkeypatch, anna, answers) -> None:
    settings.PUSH_ALLOW_INSECURE_ENDPOINTS = False
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port, real = listener.getsockname()[1], socket.getaddrinfo

        def lookup(host, *arguments, **options):
            if host != "rebound.example.com":
                return real(host, *arguments, **options)
            return [
                (family, socket.SOCK_STREAM, 6, "", (address, port, 0, 0)[: 4 if family == socket.AF_INET6 else 2])
                for address, family in answers
            ]

        monkeypatch.setattr(socket, "getaddrinfo", lookup)
        device(anna, Subscription(f"https://rebound.example.com:{port}/x"))
        [outcome] = send(anna, message())
        assert isinstance(outcome, Refused)
        assert "open internet" in str(outcome)
        listener.settimeout(0.2)
        with pytest.raises(TimeoutError):
            listener.accept()


def test_an_address_that_is_no_longer_allowed_is_not_called(settings, service, anna) -> None:
    subscription = service.subscribe()
    device(anna, subscription)
    settings.PUSH_ALLOW_INSECURE_ENDPOINTS = False
    [outcome] = send(anna, message())
    assert isinstance(outcome, Refused)
    assert service.requests == []


def test_two_workers_share_the_wire(service, anna) -> None:
    subscriptions = [service.subscribe() for _ in range(30)]
    for number, subscription in enumerate(subscriptions):
        device(anna, subscription, number)
    parcels = [Parcel(message(), address) for address in channel.addresses([anna.pk])[anna.pk]]
    outcomes: list = []
    workers = [
        threading.Thread(target=lambda part=part: outcomes.extend(channel.send_all(part)))
        for part in (parcels[:15], parcels[15:])
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [outcome for _parcel, outcome in outcomes] == [None] * 30
    assert service.problems == []
